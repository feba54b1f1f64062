import type { TrackKind } from '../../../src/core/index.ts'

/** A track as far as the core looks at it. */
export function fakeTrack(kind: TrackKind): MediaStreamTrack {
  return { kind, enabled: true } as MediaStreamTrack
}

/** A stream of one track of each kind. */
export function fakeStream(...kinds: TrackKind[]): MediaStream {
  const tracks = kinds.map(fakeTrack)
  return { getTracks: () => tracks } as MediaStream
}
