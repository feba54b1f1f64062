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
    'has each kind sent whose track is another one, and no other',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     -b--s--h----a--', streams)
      const expected = '        ----S--(HC)-(MO)'
      expectObservable(replaceTracks({ stream$ })).toBe(expected, out)
    }),
  )

  it(
    'says nothing of what the connection was opened with, nor of another stream of the same tracks',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     -b--B--a---', { ...streams, B: streamOf(camera, microphone) })
      const expected = '        -------O---'
      expectObservable(replaceTracks({ stream$ })).toBe(expected, out)
    }),
  )

  it(
    'takes away everything, and begins with nothing',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     -n--b-----n--', streams)
      const expected = '        ----(MC)--(NO)'
      expectObservable(replaceTracks({ stream$ })).toBe(expected, out)
    }),
  )

  it(
    'ends as its source does, and lets go of it when it is unsubscribed',
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
