import { describe, it } from 'vitest'
import { replaceTracks } from '../../../../src/core/call/peer/replace-tracks.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { mediaTrack, streamOf } from '../../support/media.ts'
import { commands } from '../../support/outputs.ts'

const [microphone, headset, camera, screen] = [
  mediaTrack('audio'),
  mediaTrack('audio'),
  mediaTrack('video'),
  mediaTrack('video'),
]
const streams = {
  b: streamOf(microphone, camera),
  a: streamOf(microphone),
  s: streamOf(screen, microphone),
  h: streamOf(headset, camera),
  n: null,
}
const audio = (track: MediaStreamTrack | null) => commands({ type: 'track', kind: 'audio', track })
const video = (track: MediaStreamTrack | null) => commands({ type: 'track', kind: 'video', track })
const out = {
  H: audio(headset),
  M: audio(microphone),
  N: audio(null),
  C: video(camera),
  S: video(screen),
  O: video(null),
}

describe('replaceTracks', () => {
  it(
    'replaces the track of each kind that changed, and of no other',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     -b--s--h----a--', streams)
      const expected = '        ----S--(HC)-(MO)'
      expectObservable(replaceTracks({ stream$ })).toBe(expected, out)
    }),
  )

  it(
    'emits nothing for the first stream, nor for another stream with the same tracks',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     -b--B--a---', { ...streams, B: streamOf(camera, microphone) })
      const expected = '        -------O---'
      expectObservable(replaceTracks({ stream$ })).toBe(expected, out)
    }),
  )

  it(
    'removes every track, and starts from no track',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     -n--b-----n--', streams)
      const expected = '        ----(MC)--(NO)'
      expectObservable(replaceTracks({ stream$ })).toBe(expected, out)
    }),
  )

  it(
    'completes and errors as its source does, and releases it when unsubscribed',
    marbleTest(({ cold, expectObservable, expectReleased }) => {
      const stream$ = cold('    b--a--s', streams)
      const leave = '           ----!  '
      const broken$ = cold('    b--#', streams)
      expectObservable(replaceTracks({ stream$ }), leave).toBe('---O-', out)
      expectObservable(replaceTracks({ stream$: broken$ })).toBe('---#')
      expectObservable(replaceTracks({ stream$: cold('b|', streams) })).toBe('-|')
      expectReleased(stream$).by('^---!')
    }),
  )
})
