import type { MediaRequest } from '../ports/index.ts'

/** The kinds that are sent, wherever they come from. */
export function sentKinds(media: MediaRequest): readonly ('audio' | 'video')[] {
  return (['audio', 'video'] as const).filter((kind) => media[kind] !== false)
}

/** Of what `settings` say, the kinds that the caller sends too: a call with sound is answered with sound. */
export function inCommon(caller: MediaRequest, settings: MediaRequest): MediaRequest {
  return {
    audio: caller.audio !== false && settings.audio,
    video: caller.video !== false && settings.video,
  }
}

/** Whether there is sound and a picture, wherever they come from. */
export function kindsOf({ audio, video }: MediaRequest): {
  readonly audio: boolean
  readonly video: boolean
} {
  return { audio: audio !== false, video: video !== false }
}
