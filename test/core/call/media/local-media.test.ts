import { map, NEVER, throwError, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError, type CallAction, type MediaRequest } from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { runMedia } from '../../support/run-media.ts'

const both: MediaRequest = { audio: true, video: true }
const sound: MediaRequest = { audio: true, video: false }
const change = (wish: Partial<MediaRequest>): CallAction => ({ type: 'media', change: wish })
const actions: Record<string, CallAction> = {
  s: change({ video: 'screen' }),
  c: change({ video: true }),
  f: change({ video: { deviceId: 'front' } }),
  b: change({ video: { deviceId: 'back' } }),
  o: change({ video: false }),
  m: change({ audio: true }),
  h: change({ audio: { deviceId: 'headset' } }),
  x: change({ audio: false }),
}
const live = (stream: MediaStream) => stream.getTracks().map(({ readyState }) => readyState)
const enabled = (stream: MediaStream) => stream.getTracks().map((track) => track.enabled)

describe('what a call begins with', () => {
  it(
    'is captured in one go, told, and shown in its own stream',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const s = fakeStream('audio+video', ['audio', 'video'])
      const begin$ = hot('      -b----', { b: both })
      const both$ = cold('       --s--', { s })
      const expected = '        ---(cl)'
      const run = runMedia({ begin$, action$: NEVER }, { 'audio+video': both$ })
      expectObservable(run.told$).toBe(expected, { c: 'captured audio+video', l: 'on camera' })
      expectObservable(run.stream$).toBe('---s--', { s })
      expectSubscriptions(both$.subscriptions).toBe('-^----')
      flush()
      expect(run.asked).toEqual(['audio+video'])
    }),
  )

  it(
    'may be nothing, which opens nothing',
    marbleTest(({ hot, expectObservable, flush }) => {
      const begin$ = hot('      -b---', { b: { audio: false, video: false } })
      const expected = '        -(cl)'
      const run = runMedia({ begin$, action$: NEVER }, {})
      expectObservable(run.told$).toBe(expected, { c: 'captured ', l: 'off off' })
      expectObservable(run.stream$).toBe('-n---', { n: null })
      flush()
      expect(run.asked).toEqual([])
    }),
  )

  it(
    'may be the screen with the microphone: the screen is asked for first, and both are shown together',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const begin$ = hot('      -b-------', { b: { audio: true, video: 'screen' } as const })
      const screen$ = cold('     ----s---', { s: fakeStream('video', ['video']) })
      const audio$ = cold('      -a------', { a: fakeStream('audio', ['audio']) })
      const expected = '        -----(cl)'
      const run = runMedia({ begin$, action$: NEVER }, { screen: screen$, audio: audio$ })
      expectObservable(run.told$).toBe(expected, { c: 'captured audio+screen', l: 'on screen' })
      expectSubscriptions(screen$.subscriptions).toBe('-^-------')
      expectSubscriptions(audio$.subscriptions).toBe('-^-------')
      flush()
      expect(run.asked).toEqual(['screen', 'audio'])
    }),
  )

  it(
    'is not there where one of the two fails',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      -b-------', { b: { audio: true, video: 'screen' } as const })
      const screen$ = cold<MediaStream>('     ----#   ', {}, new CallError('screen-refused', 'no'))
      const audio$ = cold('      -a------', { a: fakeStream('audio', ['audio']) })
      const expected = '        -----u---'
      const run = runMedia({ begin$, action$: NEVER }, { screen: screen$, audio: audio$ })
      expectObservable(run.told$).toBe(expected, { u: 'capture-failed screen-refused' })
      expectSubscriptions(screen$.subscriptions).toBe('-^---!')
    }),
  )

  it(
    'is said not to be there where it fails, whatever is thrown and wherever',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      -b-----', { b: both })
      const thrown$ = cold<MediaStream>('     --#    ', {}, new TypeError('broken driver'))
      const refused$ = throwError(() => new CallError('no-device', 'none'))
      const run = (capture$: Observable<MediaStream>) =>
        runMedia({ begin$, action$: NEVER }, { 'audio+video': capture$ }).told$
      expectObservable(run(thrown$)).toBe('---u---', { u: 'capture-failed capture-failed' })
      expectObservable(run(refused$)).toBe('-u-----', { u: 'capture-failed no-device' })
      expectObservable(runMedia({ begin$, action$: NEVER }, {}).told$).toBe('-u-----', {
        u: 'capture-failed capture-failed',
      })
    }),
  )

  it(
    'is not more than there is: what is opened may lack what was asked for',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      -b----', { b: both })
      const both$ = cold('       -s---', { s: fakeStream('audio', ['audio']) })
      const expected = '        --(cl)'
      const run = runMedia({ begin$, action$: NEVER }, { 'audio+video': both$ })
      expectObservable(run.told$).toBe(expected, { c: 'captured audio', l: 'on off' })
    }),
  )

  it(
    'has the wishes wait that were made before it was there; the last of a kind counts',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const s = fakeStream('audio+video', ['audio', 'video'])
      const begin$ = hot('      --b-------', { b: both })
      const action$ = hot<CallAction>('f--s-ox---', {
        ...actions,
        x: { type: 'mute', kind: 'audio', muted: true },
      })
      const both$ = cold('        -----s--', { s })
      const expected = '        ------m(cl)'
      const run = runMedia({ begin$, action$ }, { 'audio+video': both$ })
      expectObservable(run.told$).toBe(expected, { m: 'audio muted', c: 'captured audio', l: 'muted off' })
      expectSubscriptions(both$.subscriptions).toBe('--^-------')
      flush()
      expect([live(s), enabled(s)[0]]).toEqual([['live', 'ended'], false])
      expect(run.asked).toEqual(['audio+video'])
    }),
  )
})

describe('a change in mid-call', () => {
  it(
    'adds a camera to a call of sound, whose microphone goes on; the new stream has both',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const [a, v] = [fakeStream('audio', ['audio']), fakeStream('video', ['video'])]
      const begin$ = hot('      -b------------', { b: sound })
      const action$ = hot('     -----c--------', actions)
      const audio$ = cold('      -s-----------', { s: a })
      const video$ = cold('          ---s-----', { s: v })
      const expected = '        --(cl)--(CL)--'
      const run = runMedia({ begin$, action$ }, { audio: audio$, video: video$ })
      expectObservable(run.told$).toBe(expected, {
        c: 'captured audio',
        l: 'on off',
        C: 'captured audio+video',
        L: 'on camera',
      })
      expectObservable(run.tracks$).toBe('--a-----b-----', {
        a: a.getTracks(),
        b: [...a.getTracks(), ...v.getTracks()],
      })
      expectSubscriptions(audio$.subscriptions).toBe('-^------------')
      expectSubscriptions(video$.subscriptions).toBe('-----^--------')
    }),
  )

  it(
    'stops a kind that is dropped, and lets go of a capture when nothing of it is sent any more',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const s = fakeStream('audio+video', ['audio', 'video'])
      const begin$ = hot('      -b-----------', { b: both })
      const action$ = hot('     ----o----x---', actions)
      const both$ = cold('       s-----------', { s })
      const look$ = cold('      -----l-------')
      const expected = '        -s--a----n---'
      const run = runMedia({ begin$, action$ }, { 'audio+video': both$ })
      expectObservable(run.tracks$).toBe(expected, {
        s: s.getTracks(),
        a: s.getTracks().slice(0, 1),
        n: [],
      })
      expectObservable(look$.pipe(map(() => live(s)))).toBe('-----l-------', { l: ['live', 'ended'] })
      expectSubscriptions(both$.subscriptions).toBe('-^-------!---')
    }),
  )

  it(
    'takes another camera or microphone; the old one goes on until the new one is there',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const [s, f, h] = [
        fakeStream('audio+video', ['audio', 'video']),
        fakeStream('video', ['video']),
        fakeStream('audio', ['audio']),
      ]
      const begin$ = hot('      -b-------------', { b: both })
      const action$ = hot('     ---f-----h-----', actions)
      const both$ = cold('       s-------------', { s })
      const front$ = cold('        ---f--------', { f })
      const headset$ = cold('            ---h--', { h })
      const expected = '        -1----2-----3--'
      const run = runMedia(
        { begin$, action$ },
        { 'audio+video': both$, 'video:front': front$, 'audio:headset': headset$ },
      )
      expectObservable(run.tracks$).toBe(expected, {
        1: s.getTracks(),
        2: [s.getTracks()[0], ...f.getTracks()],
        3: [...h.getTracks(), ...f.getTracks()],
      })
      expectSubscriptions(both$.subscriptions).toBe('-^----------!')
      expectSubscriptions(front$.subscriptions).toBe('---^-----------')
      expectSubscriptions(headset$.subscriptions).toBe('---------^-----')
      flush()
      expect(live(s)[1]).toBe('ended')
    }),
  )

  it(
    'shares the screen and gets the camera back; each is let go of when the other is there',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b-----------------', { b: { audio: false, video: true } })
      const action$ = hot('     ---s------c-------', actions)
      const first$ = cold('     s-----------------', { s: fakeStream('video', ['video']) })
      const screen$ = cold('       --s------------', { s: fakeStream('video', ['video']) })
      const second$ = cold('              --s-----', { s: fakeStream('video', ['video']) })
      const expected = '        (cl)-(sx)---(cl)--'
      const run = runMedia({ begin$, action$ }, { video: [first$, second$], screen: screen$ })
      expectObservable(run.told$).toBe(expected, {
        c: 'captured video',
        l: 'off camera',
        s: 'captured screen',
        x: 'off screen',
      })
      expectSubscriptions(first$.subscriptions).toBe('^----!')
      expectSubscriptions(screen$.subscriptions).toBe('---^--------!')
      expectSubscriptions(second$.subscriptions).toBe('----------^-------')
    }),
  )

  it(
    'that is there already asks for nothing and gives up what was on its way; a device that is named again is opened again',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const begin$ = hot('      b------------', { b: { audio: true, video: { deviceId: 'front' } } })
      const action$ = hot('     --c--ms-f-f-f', actions)
      const both$ = cold('      s------------', { s: fakeStream('audio+video', ['audio', 'video']) })
      const screen$ = cold('          -----s', { s: fakeStream('video', ['video']) })
      const front$ = cold('               -f-', { f: fakeStream('video', ['video']) })
      const other$ = cold<MediaStream>('                 -')
      const run = runMedia(
        { begin$, action$ },
        { 'audio+video:front': both$, screen: screen$, 'video:front': [front$, other$] },
      )
      expectObservable(run.told$).toBe('(cl)-------c-', { c: 'captured audio+video:front', l: 'on camera' })
      expectSubscriptions(both$.subscriptions).toBe('^------------')
      expectSubscriptions(screen$.subscriptions).toBe('------^-!')
      expectSubscriptions(front$.subscriptions).toBe('----------^--')
      flush()
      expect(run.asked).toEqual(['audio+video:front', 'screen', 'video:front', 'video:front'])
    }),
  )

  it(
    'for the device that is there opens it again once, however often it is named',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b------------', { b: { audio: false, video: { deviceId: 'front' } } })
      const action$ = hot('     ----f-f------', actions)
      const first$ = cold('     s------------', { s: fakeStream('video', ['video']) })
      const again$ = cold('         ----s----', { s: fakeStream('video', ['video']) })
      const run = runMedia({ begin$, action$ }, { 'video:front': [first$, again$] })
      expectObservable(run.told$).toBe('(cl)----c----', { c: 'captured video:front', l: 'off camera' })
      expectSubscriptions(first$.subscriptions).toBe('^-------!')
      expectSubscriptions(again$.subscriptions).toBe('----^--------')
    }),
  )

  it(
    'is overtaken by the next for the same kind, and by nothing else; asked for twice it is asked for once',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b-------------', { b: sound })
      const action$ = hot('     --fh-f-b------', actions)
      const audio$ = cold('     a-------------', { a: fakeStream('audio', ['audio']) })
      const front$ = cold('       -------f----', { f: fakeStream('video', ['video']) })
      const headset$ = cold('      -----h-----', { h: fakeStream('audio', ['audio']) })
      const back$ = cold('             ---b---', { b: fakeStream('video', ['video']) })
      const run = runMedia(
        { begin$, action$ },
        { audio: audio$, 'audio:headset': headset$, 'video:front': front$, 'video:back': back$ },
      )
      expectObservable(run.stream$.pipe(map((stream) => stream?.getTracks().length))).toBe('1-------1-2---', {
        1: 1,
        2: 2,
      })
      expectSubscriptions(front$.subscriptions).toBe('--^----!')
      expectSubscriptions(back$.subscriptions).toBe('-------^------')
      expectSubscriptions(headset$.subscriptions).toBe('---^----------')
      expectSubscriptions(audio$.subscriptions).toBe('^-------!')
    }),
  )

  it(
    'is dropped again before it is there',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b--------', { b: sound })
      const action$ = hot('     --c-o----', actions)
      const audio$ = cold('     a--------', { a: fakeStream('audio', ['audio']) })
      const video$ = cold('       ----v--', { v: fakeStream('video', ['video']) })
      const run = runMedia({ begin$, action$ }, { audio: audio$, video: video$ })
      expectObservable(run.told$).toBe('(cl)-----', { c: 'captured audio', l: 'on off' })
      expectSubscriptions(video$.subscriptions).toBe('--^-!')
    }),
  )

  it(
    'of both kinds is two, of which one may fail',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      b---------', { b: { audio: false, video: false } })
      const action$ = hot('     -----w----', { w: change({ audio: true, video: true }) })
      const audio$ = cold('          --a--', { a: fakeStream('audio', ['audio']) })
      const video$ = cold<MediaStream>('          -#   ', {}, new CallError('no-device', 'none'))
      const run = runMedia({ begin$, action$ }, { audio: audio$, video: video$ })
      expectObservable(run.told$).toBe('(cl)--e(CL)', {
        c: 'captured ',
        l: 'off off',
        e: 'error no-device',
        C: 'captured audio',
        L: 'on off',
      })
    }),
  )
})
