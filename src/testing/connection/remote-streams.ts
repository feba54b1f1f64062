import { fakeStreamOf, fakeTrack, type FakeTrack } from '../fake-stream.ts'
import type { Section } from './virtual-sdp.ts'
import type { ConnectionEvent } from './connection-event.ts'

/** A remote track, as it was reported. */
export type Receiving = Extract<ConnectionEvent, { readonly type: 'track-added' }>

/** The remote tracks, in the streams that the other side assigned. */
export class RemoteStreams {
  private readonly streams = new Map<string, { readonly stream: MediaStream; readonly tracks: FakeTrack[] }>()
  private readonly tell: (event: ConnectionEvent) => void

  constructor(tell: (event: ConnectionEvent) => void) {
    this.tell = tell
  }

  gain(kind: 'audio' | 'video', { mid, track: trackId, stream: id = 'streamless' }: Section): Receiving {
    const track = fakeTrack(trackId ?? `track-${mid}`, kind)
    let home = this.streams.get(id)
    if (home === undefined) {
      const tracks: FakeTrack[] = []
      home = { stream: fakeStreamOf(id, tracks), tracks }
      this.streams.set(id, home)
    }
    home.tracks.push(track)
    const event: Receiving = {
      type: 'track-added',
      track: track as unknown as MediaStreamTrack,
      stream: home.stream,
    }
    this.tell(event)
    return event
  }

  lose({ track, stream }: Receiving): void {
    const tracks = this.streams.get(stream.id)?.tracks ?? []
    tracks.splice(tracks.indexOf(track as unknown as FakeTrack), 1)
    this.tell({ type: 'track-removed', track, stream })
  }
}
