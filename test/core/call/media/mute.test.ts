import { map } from 'rxjs'
import { describe, it } from 'vitest'
import type { CallAction, MediaRequest } from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { runMedia } from '../../support/run-media.ts'

const both: MediaRequest = { audio: true, video: true }
const mute = (kind: 'audio' | 'video', muted: boolean): CallAction => ({ type: 'mute', kind, muted })
const actions: Record<string, CallAction> = {
  a: mute('audio', true),
  A: mute('audio', false),
  v: mute('video', true),
  V: mute('video', false),
  k: { type: 'hold', held: true },
  K: { type: 'hold', held: false },
  s: { type: 'media', change: { video: 'screen' } },
  c: { type: 'media', change: { video: true } },
  h: { type: 'media', change: { audio: { deviceId: 'headset' } } },
}
const enabled = (stream: MediaStream) => stream.getTracks().map((track) => track.enabled)
const told = {
  c: 'captured audio+video',
  l: 'on camera',
  a: 'audio muted',
  A: 'audio unmuted',
  v: 'video muted',
  V: 'video unmuted',
  1: 'muted camera',
  2: 'muted muted',
  3: 'on muted',
  4: 'on camera held',
  5: 'on muted held',
}

describe('mute', () => {
  it(
    'silences and gives back the tracks of that kind, and no others; what changes nothing is not told',
    marbleTest(({ hot, cold, expectObservable }) => {
      const s = fakeStream('audio+video', ['audio', 'video'])
      const begin$ = hot('      b-----------------', { b: both })
      const action$ = hot('     -----a---v---a-A--', actions)
      const both$ = cold('      s-----------------', { s })
      const look$ = cold('      ----w---x---y----z')
      const expected = '        (cl)-(a1)(v2)--(A3)'
      const run = runMedia({ begin$, action$ }, { 'audio+video': both$ })
      expectObservable(run.told$).toBe(expected, told)
      expectObservable(look$.pipe(map(() => enabled(s)))).toBe('----w---x---y----z', {
        w: [true, true],
        x: [false, true],
        y: [false, false],
        z: [true, false],
      })
    }),
  )

  it(
    'applies to what comes later, and to the microphone that takes the place of another',
    marbleTest(({ hot, cold, expectObservable }) => {
      const [s, h] = [fakeStream('audio+video', ['audio', 'video']), fakeStream('audio', ['audio'])]
      const begin$ = hot('      --b--------', { b: both })
      const action$ = hot('     a------h---', actions)
      const both$ = cold('        -s-------', { s })
      const headset$ = cold('          -h--', { h })
      const look$ = cold('      ----x----y-')
      const run = runMedia({ begin$, action$ }, { 'audio+video': both$, 'audio:headset': headset$ })
      expectObservable(run.stream$.pipe(map((stream) => stream && enabled(stream)))).toBe('---x----x--', {
        x: [false, true],
      })
      expectObservable(look$.pipe(map(() => [enabled(s), enabled(h)]))).toBe('----x----y-', {
        x: [[false, true], [true]],
        y: [[false, true], [false]],
      })
    }),
  )

  it(
    'begins with nothing muted, also where a stream is used again that was',
    marbleTest(({ hot, cold, expectObservable }) => {
      const s = fakeStream('audio+video', ['audio', 'video'])
      for (const track of s.getTracks()) track.enabled = false
      const begin$ = hot('      -b---', { b: both })
      const both$ = cold('       -s--', { s })
      const run = runMedia({ begin$, action$: hot('-----', actions) }, { 'audio+video': both$ })
      expectObservable(run.stream$.pipe(map((stream) => stream && enabled(stream)))).toBe('--x--', {
        x: [true, true],
      })
    }),
  )

  it(
    'of the camera waits behind a shared screen, which has one of its own, new each time',
    marbleTest(({ hot, cold, expectObservable }) => {
      const picture = { audio: false, video: true }
      const begin$ = hot('      b----------------------------', { b: picture })
      const action$ = hot('     -----v---s-----v---c-----s---', actions)
      const first$ = cold('     s----------------------------', { s: fakeStream('video', ['video']) })
      const screen$ = cold('             s-------------------', { s: fakeStream('video', ['video']) })
      const second$ = cold('                       s---------', { s: fakeStream('video', ['video']) })
      const again$ = cold('                              s   ', { s: fakeStream('video', ['video']) })
      const expected = '        (cl)-(vm)(Vsx)-(vm)c-----(Vsx)'
      const run = runMedia({ begin$, action$ }, { video: [first$, second$], screen: [screen$, again$] })
      expectObservable(run.told$).toBe(expected, {
        ...told,
        c: 'captured video',
        l: 'off camera',
        m: 'off muted',
        s: 'captured screen',
        x: 'off screen',
      })
    }),
  )
})

describe('hold', () => {
  it(
    'sends nothing of either kind, keeps what is muted, and gives the rest back',
    marbleTest(({ hot, cold, expectObservable }) => {
      const s = fakeStream('audio+video', ['audio', 'video'])
      const begin$ = hot('      b----------------', { b: both })
      const action$ = hot('     -----k--v----K-k-', actions)
      const both$ = cold('      s----------------', { s })
      const look$ = cold('      ----w--x--y---z-y')
      const expected = '        (cl)-4--(v5)-3-5-'
      const run = runMedia({ begin$, action$ }, { 'audio+video': both$ })
      expectObservable(run.told$).toBe(expected, told)
      expectObservable(look$.pipe(map(() => enabled(s)))).toBe('----w--x--y---z-y', {
        w: [true, true],
        x: [false, false],
        y: [false, false],
        z: [true, false],
      })
    }),
  )

  it(
    'holds what comes meanwhile, and what the call begins with',
    marbleTest(({ hot, cold, expectObservable }) => {
      const [s, h] = [fakeStream('audio+video', ['audio', 'video']), fakeStream('audio', ['audio'])]
      const begin$ = hot('      -b------------', { b: both })
      const action$ = hot('     k------h--K---', actions)
      const both$ = cold('       -s-----------', { s })
      const headset$ = cold('          h-----', { h })
      const look$ = cold('      --------x--y--')
      const expected = '        --(c4)-d--l---'
      const run = runMedia({ begin$, action$ }, { 'audio+video': both$, 'audio:headset': headset$ })
      expectObservable(run.told$).toBe(expected, { ...told, d: 'captured audio:headset+video' })
      expectObservable(look$.pipe(map(() => enabled(h)))).toBe('--------x--y--', { x: [false], y: [true] })
    }),
  )
})
