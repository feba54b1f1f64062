import type { MediaStatus } from 'rxcall'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { cameraOff, lastingCameraOff } from '../../src/ui/streams/camera-off.ts'

const all: MediaStatus = { audio: 'on', video: 'camera', held: false }
const media = {
  n: null,
  c: all,
  m: { ...all, video: 'muted' },
  s: { ...all, video: 'screen' },
  o: { ...all, video: 'off' },
} satisfies Record<string, MediaStatus | null>
const truth = { t: true, f: false }
const marbles = (test: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test)

describe('a camera that is off', () => {
  it('is shown only if it was on before in the same call', () => {
    marbles(({ hot, expectObservable }) => {
      const media$ = hot('  n-o-s-o-c-o-s-o-m-n-o', media)
      const expected = '    f---------t-f-t-f----'
      expectObservable(cameraOff(media$)).toBe(expected, truth)
    })
  })

  it('is shown after a second', () => {
    marbles(({ hot, expectObservable }) => {
      const media$ = hot('  c-s-o 900ms c-o 1100ms  c', media)
      const expected = '    f 1906ms                t 100ms f'
      expectObservable(lastingCameraOff(media$)).toBe(expected, truth)
    })
  })
})
