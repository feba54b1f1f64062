import type { FakeTrack } from '../../fake-stream.ts'
import type { VirtualTransceiver } from '../transceivers.ts'
import { sends } from '../virtual-sdp.ts'

/** The part of a track that decides what is sent. A {@link FakeTrack} may have a level, too. */
export type SentTrack = Pick<MediaStreamTrack, 'enabled' | 'muted' | 'readyState'> & Pick<FakeTrack, 'level'>

/** What one side of a connection sends now. */
export type SentTracks = Readonly<Record<'audio' | 'video', SentTrack | undefined>>

/** The tracks of the transceivers that both sides agreed to use for sending. */
export function sentTracks(transceivers: readonly VirtualTransceiver[]): SentTracks {
  const trackOf = (kind: 'audio' | 'video'): SentTrack | undefined => {
    for (const { kind: each, track, currentDirection } of transceivers)
      if (each === kind && track && currentDirection && sends(currentDirection)) return track
    return undefined
  }
  return { audio: trackOf('audio'), video: trackOf('video') }
}
