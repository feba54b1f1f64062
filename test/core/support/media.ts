import { EMPTY } from 'rxjs'
import type { MediaPort, TrackKind } from '../../../src/core/index.ts'
import { fakeStreamOf, type FakeTrack } from '../../../src/testing/index.ts'

/** A track as far as the core looks at it. */
export function fakeTrack(kind: TrackKind): MediaStreamTrack {
  const track = {
    kind,
    enabled: true,
    muted: false,
    readyState: 'live',
    stop() {
      this.readyState = 'ended'
    },
  }
  return track as MediaStreamTrack
}

/** A stream of these tracks. */
export function streamOf(...tracks: MediaStreamTrack[]): MediaStream {
  return { getTracks: () => tracks } as MediaStream
}

/** A stream of one track of each kind. */
export function fakeStream(...kinds: TrackKind[]): MediaStream {
  return streamOf(...kinds.map(fakeTrack))
}

/** A port whose devices do this. */
export function mediaPort(capture: MediaPort['capture']): MediaPort {
  let made = 0
  return {
    capture,
    stream: (tracks) => fakeStreamOf(`made-${++made}`, tracks as readonly unknown[] as FakeTrack[]),
    devices$: EMPTY,
  }
}
