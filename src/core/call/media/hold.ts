import type { MediaStatus } from '../../protocol/index.ts'

/** What the state of a client says of its media. */
export interface SidesMedia {
  readonly localStream: MediaStream | null
  readonly localMedia: MediaStatus | null
  readonly remoteMedia: MediaStatus | null
}

/**
 * What this side sends: its local stream, or `null` while either side has the call on hold. Disabling the tracks would
 * not do, because a disabled track still sends black frames and silence.
 */
export function sentStream({ localStream, localMedia, remoteMedia }: SidesMedia): MediaStream | null {
  const isHeld = (localMedia?.held ?? false) || (remoteMedia?.held ?? false)
  return isHeld ? null : localStream
}
