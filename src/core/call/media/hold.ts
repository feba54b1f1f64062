import type { MediaStatus } from '../../protocol/index.ts'

/** The media part of a client's state. */
export interface SidesMedia {
  readonly localStream: MediaStream | null
  readonly localMedia: MediaStatus | null
  readonly remoteMedia: MediaStatus | null
}

/**
 * What this side sends: its local stream, or `null` while either side has the call on hold. Disabling the tracks is
 * not enough, because a disabled track still sends black frames and silence.
 */
export function sentStream({ localStream, localMedia, remoteMedia }: SidesMedia): MediaStream | null {
  const isHeld = (localMedia?.held ?? false) || (remoteMedia?.held ?? false)
  return isHeld ? null : localStream
}
