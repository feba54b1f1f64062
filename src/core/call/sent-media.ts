import type { MediaRequest } from '../ports/index.ts'
import type { MediaStatus } from '../protocol/index.ts'

export type TrackKind = 'audio' | 'video'

export interface Muted {
  readonly audio: boolean
  readonly video: boolean
}

/** A snapshot of what this side sends; each change emits a new one. */
export interface LocalMedia {
  /** `null` while nothing is sent. */
  readonly stream: MediaStream | null
  /** The source of each kind, as requested. */
  readonly sent: MediaRequest
  readonly muted: Muted
  /** The status that is sent to the other side; `null` until the caller's media is ready or the call is answered. */
  readonly status: MediaStatus | null
}

export function isSameStatus(one: MediaStatus, other: MediaStatus): boolean {
  return one.audio === other.audio && one.video === other.video && one.held === other.held
}

/** The data channel message that tells the other side what this side sends. It is safe to repeat, because the latest counts. */
export const encodeMediaStatus = (status: MediaStatus): string => JSON.stringify({ type: 'media', ...status })
