import type { MediaRequest } from '../ports/index.ts'

/** Whether there is sound and a picture, wherever they come from. */
export function kindsOf({ audio, video }: MediaRequest): {
  readonly audio: boolean
  readonly video: boolean
} {
  return { audio: audio !== false, video: video !== false }
}
