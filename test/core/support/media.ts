import { EMPTY } from 'rxjs'
import type { MediaPort, TrackKind } from '../../../src/core/index.ts'
import { fakeStreamOf, fakeTrack, type FakeTrack } from '../../../src/testing/index.ts'

/** A live track of the test kit, with the core's type. */
export function mediaTrack(kind: TrackKind): MediaStreamTrack {
  return fakeTrack(kind, kind) as unknown as MediaStreamTrack
}

/** A stream of these tracks. */
export function streamOf(...tracks: MediaStreamTrack[]): MediaStream {
  return fakeStreamOf('made', tracks as readonly unknown[] as FakeTrack[])
}

/** A media port whose captures do this. */
export function mediaPort(capture: MediaPort['capture']): MediaPort {
  let made = 0
  return {
    capture,
    stream: (tracks) => fakeStreamOf(`made-${++made}`, tracks as readonly unknown[] as FakeTrack[]),
    devices$: EMPTY,
  }
}
