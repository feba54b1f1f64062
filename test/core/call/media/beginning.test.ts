import { describe, expect, it } from 'vitest'
import { CallError, type CallAction } from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { runMedia } from '../../support/run-media.ts'

const both = { audio: true, video: true }
const pair = fakeStream('audio+video', ['audio', 'video'])
const sound = fakeStream('audio', ['audio'])
const streams = { p: pair, s: sound, v: fakeStream('video', ['video']) }
const refusal = new CallError('permission-denied', 'no')
const missing = new CallError('no-device', 'none')
const actions: Record<string, CallAction> = {
  x: { type: 'media', change: { video: false } },
  c: { type: 'media', change: { video: true } },
  s: { type: 'media', change: { video: 'screen' } },
}

/** What each step tells, in order: the other side's view, and what the connection sends. */
const told = {
  o: 'opening opening',
  b: 'captured audio+video',
  B: 'on camera',
  a: 'captured audio+video',
  A: 'on opening',
  d: 'captured audio',
  D: 'on off',
  n: 'captured ',
  N: 'off off',
  e: 'error no-device',
  p: 'error permission-denied',
  u: 'capture-failed no-device',
}

describe('the media of a call that is answered', () => {
  it(
    'is told to be opening until its devices are there',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      -b------', { b: both })
      const capture$ = cold('    ---p', streams)
      const expected = '        -o--(bB)'
      const run = runMedia({ begin$, required: false, action$: hot('-') }, { 'audio+video': capture$ })
      expectObservable(run.told$).toBe(expected, told)
    }),
  )

  it(
    'goes on with the device that is there, and tells why the other one is not',
    marbleTest(({ hot, cold, expectObservable, flush }) => {
      const begin$ = hot('      -b---------', { b: both })
      const together$ = cold('   --#', streams, missing)
      const audio$ = cold('        --s', streams)
      const video$ = cold('        ------#', streams, missing)
      const expected = '        -o---(aA)(dDe)'
      const run = runMedia(
        { begin$, required: false, action$: hot('-') },
        { 'audio+video': together$, audio: audio$, video: video$ },
      )
      expectObservable(run.told$).toBe(expected, told)
      flush()
      expect(run.asked).toEqual(['audio+video', 'audio', 'video'])
    }),
  )

  it(
    'is nothing when every device is refused, and each refusal is an error that ends nothing',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      -b--------', { b: both })
      const together$ = cold('   --#', streams, refusal)
      const audio$ = cold('        --#', streams, refusal)
      const video$ = cold('        -------#', streams, refusal)
      const expected = '        -o---(vqp)(nNp)'
      const run = runMedia(
        { begin$, required: false, action$: hot('-') },
        { 'audio+video': together$, audio: audio$, video: video$ },
      )
      expectObservable(run.told$).toBe(expected, { ...told, v: 'captured video', q: 'off opening' })
    }),
  )

  it(
    'lets the user try again',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      -b-----------', { b: { audio: false, video: true } })
      const action$ = hot('     ------c------', actions)
      const first$ = cold('      --#', streams, refusal)
      const second$ = cold('          --v', streams)
      const expected = '        -o-(nNp)(vV)-'
      const run = runMedia({ begin$, required: false, action$ }, { video: [first$, second$] })
      expectObservable(run.told$).toBe(expected, {
        ...told,
        o: 'off opening',
        v: 'captured video',
        V: 'off camera',
      })
    }),
  )

  it(
    'sends the camera until a screen that is asked for meanwhile is there',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      -b---------------', { b: both })
      const action$ = hot('     ---------s-------', actions)
      const together$ = cold('   --#', streams, missing)
      const audio$ = cold('        --', streams)
      const video$ = cold('        --v', streams)
      const screen$ = cold<MediaStream>('  ----v', streams)
      const expected = '        -o---(cC)----(xX)'
      const run = runMedia(
        { begin$, required: false, action$ },
        { 'audio+video': together$, audio: audio$, video: video$, screen: screen$ },
      )
      expectObservable(run.told$).toBe(expected, {
        ...told,
        c: 'captured audio+video',
        C: 'opening camera',
        x: 'captured audio+screen',
        X: 'opening screen',
      })
    }),
  )

  it(
    'leaves out what the user turns off while it is being opened',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      -b---------', { b: both })
      const action$ = hot('     ---x-------', actions)
      const together$ = cold('   ------p', streams)
      const expected = '        -o-(fF)(dD)'
      const run = runMedia({ begin$, required: false, action$ }, { 'audio+video': together$ })
      expectObservable(run.told$).toBe(expected, { ...told, f: 'captured audio', F: 'opening off' })
    }),
  )
})

describe('the media of a caller', () => {
  it(
    'is required as a whole before anybody is called',
    marbleTest(({ hot, cold, expectObservable, flush }) => {
      const begin$ = hot('      -b----', { b: both })
      const together$ = cold('   --#', streams, missing)
      const run = runMedia({ begin$, action$: hot('-') }, { 'audio+video': together$ })
      expectObservable(run.told$).toBe('---u--', told)
      flush()
      expect(run.asked).toEqual(['audio+video'])
    }),
  )

  it(
    'is required no more once glare has answered the call',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      -b---------', { b: both })
      const answered$ = hot('   ---y-------', { y: true })
      const together$ = cold('   ---#', streams, missing)
      const audio$ = cold('         --s', streams)
      const video$ = cold('         --#', streams, missing)
      const expected = '        ---o--(aAdDe)'
      const run = runMedia(
        { begin$, answered$, action$: hot('-') },
        { 'audio+video': together$, audio: audio$, video: video$ },
      )
      expectObservable(run.told$).toBe(expected, told)
    }),
  )

  it(
    'is not asked for any longer if it was turned off before glare answered the call',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      -b---------', { b: { audio: false, video: true } })
      const action$ = hot('     ---x-------', actions)
      const answered$ = hot('   -----y-----', { y: true })
      const video$ = cold('      ----------', streams)
      const run = runMedia({ begin$, answered$, action$ }, { video: video$ })
      expectObservable(run.told$).toBe('-----(nN)', told)
      expectSubscriptions(video$.subscriptions).toBe('-^---!')
    }),
  )
})
