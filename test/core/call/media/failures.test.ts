import { filter, map, NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError, type CallAction, type MediaRequest } from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { streamOf } from '../../support/media.ts'
import { runMedia } from '../../support/run-media.ts'

const both: MediaRequest = { audio: true, video: true }
const picture: MediaRequest = { audio: false, video: true }
const change = (video: MediaRequest['video']): CallAction => ({ type: 'media', change: { video } })
const actions: Record<string, CallAction> = {
  s: change('screen'),
  c: change(true),
  f: change({ deviceId: 'front' }),
  b: change({ deviceId: 'back' }),
  o: change(false),
}
const inUse = new CallError('device-in-use', 'another program has it')
const none = new CallError('no-device', 'none')
const camera = () => fakeStream('video', ['video'])
const empty = streamOf()

const told = {
  c: 'captured video',
  l: 'off camera',
  f: 'captured video:front',
  g: 'captured video:back',
  p: 'off opening',
  s: 'captured screen',
  x: 'off screen',
  n: 'captured ',
  o: 'off off',
  u: 'error device-in-use',
  e: 'error no-device',
  d: 'error device-lost',
}

describe('a wish that fails', () => {
  it.each(['permission-denied', 'no-device', 'capture-failed', 'screen-refused'] as const)(
    'changes nothing and says why: %s',
    (code) => {
      marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const begin$ = hot('    b-----------', { b: picture })
        const action$ = hot('   ------s--s--', actions)
        const video$ = cold('   c-----------', { c: camera() })
        const screen$ = cold<MediaStream>('        -#    ', {}, new CallError(code, 'no'))
        const expected = '      (cl)---e--e-'
        const run = runMedia({ begin$, action$ }, { video: video$, screen: screen$ })
        expectObservable(run.told$).toBe(expected, { ...told, e: `error ${code}` })
        expectSubscriptions(video$.subscriptions).toBe('^-----------')
      })()
    },
  )

  it(
    'for another screen leaves the one that is shared, with what is behind it',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b------------------', { b: picture })
      const action$ = hot('     ----s-----s--------', actions)
      const video$ = cold('     c------------------', { c: camera() })
      const screen$ = cold('        s---------e----', { s: fakeStream('video', ['video']), e: empty })
      const cancelled$ = cold<MediaStream>('           -#       ', {}, new CallError('screen-refused', 'no'))
      const back$ = cold('                    c----', { c: camera() })
      const expected = '        (cl)(sx)---r--(cpcl)'
      const run = runMedia({ begin$, action$ }, { video: [video$, back$], screen: [screen$, cancelled$] })
      expectObservable(run.told$).toBe(expected, { ...told, r: 'error screen-refused' })
      expectSubscriptions(video$.subscriptions).toBe('^---!')
      expectSubscriptions(screen$.subscriptions).toBe('----^---------!')
      expectSubscriptions(back$.subscriptions).toBe('--------------^----')
    }),
  )

  it(
    'has no track of the kind that was asked for',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b--------', { b: picture })
      const action$ = hot('     ----f----', actions)
      const video$ = cold('     c--------', { c: camera() })
      const front$ = cold('         -e   ', { e: fakeStream('audio', ['audio']) })
      const expected = '        (cl)-e---'
      const run = runMedia({ begin$, action$ }, { video: video$, 'video:front': front$ })
      expectObservable(run.told$).toBe(expected, { ...told, e: 'error capture-failed' })
      expectSubscriptions(front$.subscriptions).toBe('----^!')
    }),
  )
})

describe('a second camera that cannot be opened beside the first', () => {
  it(
    'is opened in its place',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b--------------', { b: picture })
      const action$ = hot('     ----f----------', actions)
      const video$ = cold('     c--------------', { c: camera() })
      const beside$ = cold<MediaStream>('        -#         ', {}, inUse)
      const instead$ = cold('            -----f', { f: camera() })
      const expected = '        (cl)-(fp)-(fl) '
      const run = runMedia({ begin$, action$ }, { video: video$, 'video:front': [beside$, instead$] })
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(video$.subscriptions).toBe('^----!')
      expectSubscriptions(beside$.subscriptions).toBe('----^!')
      expectSubscriptions(instead$.subscriptions).toBe('-----^---------')
    }),
  )

  it(
    'nor in its place gives the first one back, and says why',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b--------------', { b: picture })
      const action$ = hot('     ----f----------', actions)
      const first$ = cold('     c--------------', { c: camera() })
      const beside$ = cold<MediaStream>('        -#         ', {}, inUse)
      const instead$ = cold<MediaStream>('        ----#     ', {}, inUse)
      const again$ = cold('              -----c', { c: camera() })
      const expected = '        (cl)-(fp)(cu)-(cl)'
      const run = runMedia(
        { begin$, action$ },
        { video: [first$, again$], 'video:front': [beside$, instead$] },
      )
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(first$.subscriptions).toBe('^----!')
      expectSubscriptions(instead$.subscriptions).toBe('-----^---!')
      expectSubscriptions(again$.subscriptions).toBe('---------^-----')
    }),
  )

  it(
    'leaves nothing where the first one cannot be given back either',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b------------', { b: picture })
      const action$ = hot('     ----f--------', actions)
      const first$ = cold('     c------------', { c: camera() })
      const beside$ = cold<MediaStream>('        -#       ', {}, inUse)
      const instead$ = cold<MediaStream>('        ----#   ', {}, inUse)
      const again$ = cold<MediaStream>('              ----#', {}, none)
      const expected = '        (cl)-(fp)(cu)(noe)'
      const run = runMedia(
        { begin$, action$ },
        { video: [first$, again$], 'video:front': [beside$, instead$] },
      )
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(again$.subscriptions).toBe('---------^---!')
    }),
  )

  it(
    'is given up for a later wish; where that fails, too, the first one comes back',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b------------------', { b: picture })
      const action$ = hot('     ----f-----b--------', actions)
      const first$ = cold('     c------------------', { c: camera() })
      const beside$ = cold<MediaStream>('        -#             ', {}, inUse)
      const instead$ = cold('        --------f     ', { f: camera() })
      const other$ = cold<MediaStream>('               -#       ', {}, none)
      const again$ = cold('                ----c   ', { c: camera() })
      const expected = '        (cl)-(fp)-g(ce)(cl)'
      const run = runMedia(
        { begin$, action$ },
        { video: [first$, again$], 'video:front': [beside$, instead$], 'video:back': other$ },
      )
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(instead$.subscriptions).toBe('-----^----!')
      expectSubscriptions(again$.subscriptions).toBe('-----------^-------')
    }),
  )

  it(
    'is not made room for where it is the screen that is shared',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b---------', { b: { audio: false, video: 'screen' } as const })
      const action$ = hot('     ----c-----', actions)
      const screen$ = cold('    s---------', { s: fakeStream('video', ['video']) })
      const video$ = cold<MediaStream>('         -#    ', {}, inUse)
      const expected = '        (sx)-u----'
      const run = runMedia({ begin$, action$ }, { screen: screen$, video: video$ })
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(screen$.subscriptions).toBe('^---------')
    }),
  )
})

describe('a screen that the user stops sharing', () => {
  it(
    'gives way to the camera that was sent before, which may be gone',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b----------------------', {
        b: { audio: false, video: { deviceId: 'front' } },
      })
      const action$ = hot('     -----s----------s------', actions)
      const first$ = cold('     c----------------------', { c: camera() })
      const screen$ = cold('         s---e------       ', { s: fakeStream('video', ['video']), e: empty })
      const second$ = cold('             --c-----------', { c: camera() })
      const again$ = cold('                     s--e   ', { s: fakeStream('video', ['video']), e: empty })
      const gone$ = cold<MediaStream>('                         -#  ', {}, none)
      const expected = '        s----s---n-s----s--n---'
      const run = runMedia(
        { begin$, action$ },
        { 'video:front': [first$, second$, gone$], screen: [screen$, again$] },
      )
      expectObservable(run.stream$.pipe(map((stream) => stream && 's'))).toBe(expected, { s: 's', n: null })
      expectSubscriptions(second$.subscriptions).toBe('---------^------!------')
      expectSubscriptions(screen$.subscriptions).toBe('-----^---!')
      expectSubscriptions(gone$.subscriptions).toBe('-------------------^!')
    }),
  )

  it(
    'is opening its camera again, also if the user asks for that meanwhile',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b-----------------', { b: picture })
      const action$ = hot('     ----s-----c-------', actions)
      const first$ = cold('     c-----------------', { c: camera() })
      const screen$ = cold('        s---e         ', { s: fakeStream('video', ['video']), e: empty })
      const again$ = cold('                 -----c', { c: camera() })
      const expected = '        (cl)(sx)(cp)-(cl) '
      const run = runMedia({ begin$, action$ }, { video: [first$, again$], screen: screen$ })
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(again$.subscriptions).toBe('--------^---------')
    }),
  )

  it(
    'leaves nothing where nothing was sent before',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b------------', { b: { audio: true, video: false } })
      const action$ = hot('     ----s--------', actions)
      const audio$ = cold('     a------------', { a: fakeStream('audio', ['audio']) })
      const screen$ = cold('        s----e   ', { s: fakeStream('video', ['video']), e: empty })
      const expected = '        (ao)(sx)-(ao)'
      const run = runMedia({ begin$, action$ }, { audio: audio$, screen: screen$ })
      expectObservable(run.told$).toBe(expected, {
        ...told,
        a: 'captured audio',
        o: 'on off',
        s: 'captured audio+screen',
        x: 'on screen',
      })
      expectSubscriptions(audio$.subscriptions).toBe('^------------')
      expectSubscriptions(screen$.subscriptions).toBe('----^----!')
    }),
  )

  it(
    'while a camera is on its way is not missed; if that one fails, the camera of before comes back',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b-------------------', { b: picture })
      const action$ = hot('     ----s----f----------', actions)
      const first$ = cold('     c-------------------', { c: camera() })
      const screen$ = cold('        s-----e         ', { s: fakeStream('video', ['video']), e: empty })
      const front$ = cold<MediaStream>('              -----#     ', {}, none)
      const back$ = cold('                    ----c ', { c: camera() })
      const expected = '        (cl)(sx)--(fp)(ce)(cl)'
      const run = runMedia(
        { begin$, action$ },
        { video: [first$, back$], 'video:front': front$, screen: screen$ },
      )
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(screen$.subscriptions).toBe('----^-----!')
      expectSubscriptions(back$.subscriptions).toBe('--------------^-----')
    }),
  )
})

describe('a device that is pulled out', () => {
  it(
    'is off, and told; what else was captured with it goes on',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const s = fakeStream('audio+video', ['audio', 'video'])
      const [audio] = s.getTracks()
      const left = streamOf(...s.getTracks().slice(0, 1))
      const begin$ = hot('      b-----------', { b: both })
      const action$ = hot('     ------------', actions)
      const both$ = cold('      s-----l-----', { s, l: left })
      const expected = '        (al)--(bod) '
      const run = runMedia({ begin$, action$ }, { 'audio+video': both$ })
      expectObservable(run.told$).toBe(expected, {
        ...told,
        a: 'captured audio+video',
        l: 'on camera',
        b: 'captured audio',
        o: 'on off',
      })
      expectObservable(run.stream$).toBe('s-----l-----', { s, l: left })
      expectSubscriptions(both$.subscriptions).toBe('^-----------')
      flush()
      expect(audio?.readyState).toBe('live')
    }),
  )

  it(
    'as another one is chosen belongs to that change, for phones open one camera at a time',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b--------------', { b: picture })
      const action$ = hot('     -----f---------', actions)
      const video$ = cold('     c-----e        ', { c: camera(), e: empty })
      const front$ = cold('          ------f   ', { f: camera() })
      const expected = '        (cl)--(fp)-(fl)'
      const run = runMedia({ begin$, action$ }, { video: video$, 'video:front': front$ })
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(video$.subscriptions).toBe('^-----!')
      expectSubscriptions(front$.subscriptions).toBe('-----^---------')
    }),
  )

  it(
    'as another one is chosen comes back if that one fails',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b-----------------', { b: picture })
      const action$ = hot('     -----f------------', actions)
      const video$ = cold('     c-----e           ', { c: camera(), e: empty })
      const front$ = cold<MediaStream>('     -----#', {}, none)
      const again$ = cold('               ----c   ', { c: camera() })
      const expected = '        (cl)--(fp)(ce)(cl)'
      const run = runMedia({ begin$, action$ }, { video: [video$, again$], 'video:front': front$ })
      expectObservable(run.told$).toBe(expected, told)
      expectSubscriptions(again$.subscriptions).toBe('----------^-------')
    }),
  )

  it(
    'as a screen is picked is off, and told: that is no other camera',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      b--------------', { b: picture })
      const action$ = hot('     -----s---------', actions)
      const video$ = cold('     c-----e        ', { c: camera(), e: empty })
      const screen$ = cold('         ------s   ', { s: fakeStream('video', ['video']) })
      const expected = '        (cl)--(nod)(sx)'
      const run = runMedia({ begin$, action$ }, { video: video$, screen: screen$ })
      expectObservable(run.told$).toBe(expected, told)
    }),
  )
})

describe('a microphone that is pulled out', () => {
  const sound: MediaRequest = { audio: { deviceId: 'headset' }, video: false }
  const words = {
    h: 'captured audio:headset',
    k: 'captured audio:desk',
    a: 'captured audio',
    n: 'captured ',
    l: 'on off',
    m: 'muted off',
    M: 'audio muted',
    p: 'opening off',
    o: 'off off',
    d: 'error device-lost',
    e: 'error no-device',
  }
  const microphone = () => fakeStream('audio', ['audio'])
  const desk: CallAction = { type: 'media', change: { audio: { deviceId: 'desk' } } }
  const mute: CallAction = { type: 'mute', kind: 'audio', muted: true }

  it(
    'gives way to any that is left, which is as muted as it was',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const left = microphone()
      const begin$ = hot('      b-----------------', { b: sound })
      const action$ = hot('     ----m-------------', { m: mute })
      const headset$ = cold('   h---------e       ', { h: microphone(), e: empty })
      const any$ = cold('                 -----a  ', { a: left })
      const expected = '        (hl)(Mm)--(apd)(am)'
      const run = runMedia({ begin$, action$ }, { 'audio:headset': headset$, audio: any$ })
      expectObservable(run.told$).toBe(expected, words)
      expectSubscriptions(headset$.subscriptions).toBe('^---------!')
      expectSubscriptions(any$.subscriptions).toBe('----------^-------')
      flush()
      expect(left.getTracks()[0]?.enabled).toBe(false)
    }),
  )

  it(
    'gives way to any that is left, also if the user asks for that and then for one that cannot be opened',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const begin$ = hot('      b--------------------', { b: sound })
      const action$ = hot('     ---------t-k---------', {
        t: { type: 'media', change: { audio: true } } as const,
        k: desk,
      })
      const headset$ = cold('   h----e               ', { h: microphone(), e: empty })
      const slow$ = cold<MediaStream>('-----------   ')
      const desk$ = cold<MediaStream>('           ---# ', {}, none)
      const any$ = cold('                     ----a   ', { a: microphone() })
      const expected = '        (hl)-(apd)-k--(ae)(al)'
      const run = runMedia(
        { begin$, action$ },
        { 'audio:headset': headset$, audio: [slow$, any$], 'audio:desk': desk$ },
      )
      expectObservable(run.told$).toBe(expected, words)
      expectSubscriptions(slow$.subscriptions).toBe('-----^-----!')
    }),
  )

  it(
    'gives way to any that is left, also while a caller still picks the screen, and the call goes on',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      b---------', { b: { audio: true, video: 'screen' } as const })
      const screen$ = cold('    ------s   ', { s: fakeStream('video', ['video']) })
      const first$ = cold('     h---e     ', { h: microphone(), e: empty })
      const any$ = cold('           ---a  ', { a: microphone() })
      const expected = '        -------(st)'
      const run = runMedia({ begin$, action$: NEVER }, { screen: screen$, audio: [first$, any$] })
      expectObservable(run.told$).toBe(expected, { s: 'captured audio+screen', t: 'on screen' })
    }),
  )

  it(
    'is off if there is no other',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      b--------------', { b: sound })
      const headset$ = cold('   h----e         ', { h: microphone(), e: empty })
      const any$ = cold<MediaStream>('-----#    ', {}, none)
      const expected = '        (hl)-(apd)(noe)'
      const run = runMedia(
        { begin$, action$: hot<CallAction>('-') },
        { 'audio:headset': headset$, audio: any$ },
      )
      expectObservable(run.told$).toBe(expected, words)
    }),
  )

  it(
    'as another one is chosen gives way to any that is left, if neither can be opened',
    marbleTest(({ hot, cold, expectObservable }) => {
      const begin$ = hot('      b-----------------------', { b: sound })
      const action$ = hot('     ----k-------------------', { k: desk })
      const headset$ = cold('   h----e                  ', { h: microphone(), e: empty })
      const desk$ = cold<MediaStream>('    -----#  ', {}, none)
      const again$ = cold<MediaStream>('         -----#', {}, none)
      const any$ = cold('                     ----a   ', { a: microphone() })
      const expected = '        (hl)-(kp)(he)-(ae)(al)'
      const run = runMedia(
        { begin$, action$ },
        { 'audio:headset': [headset$, again$], 'audio:desk': desk$, audio: any$ },
      )
      expectObservable(run.told$).toBe(expected, words)
    }),
  )

  it(
    'again and again, as broken drivers have it, is given up at some time, until the user chooses',
    marbleTest(({ hot, cold, expectObservable, flush }) => {
      const begin$ = hot('   b----------------------------', { b: sound })
      const action$ = hot('  --------------------k--------', { k: desk })
      const headset$ = cold('he', { h: microphone(), e: empty })
      const ends$ = cold('   -(ae)', { a: microphone(), e: empty })
      const desk$ = cold('   d', { d: microphone() })
      const run = runMedia(
        { begin$, action$ },
        { 'audio:headset': headset$, audio: Array<typeof ends$>(8).fill(ends$), 'audio:desk': desk$ },
      )
      const errors$ = run.told$.pipe(filter((word) => word.startsWith('error')))
      expectObservable(errors$).toBe('-eeeeeeeee', { e: 'error device-lost' })
      flush()
      expect(run.asked.slice(-2)).toEqual(['audio', 'audio:desk'])
    }),
  )
})

describe('a device that the system mutes', () => {
  it(
    'is reported, and so is its return; the user’s own mute counts first',
    marbleTest(({ hot, cold, expectObservable }) => {
      const s = fakeStream('audio+video', ['audio', 'video'])
      const mutes = { n: [false, false], a: [true, false], b: [true, true], v: [false, true] }
      const begin$ = hot('      b----------------', { b: both })
      const action$ = hot('     ------m----------', {
        m: { type: 'mute', kind: 'audio', muted: true } as const,
      })
      const both$ = cold('      n----a-----b-v-n-', mutes).pipe(
        map((muted) => {
          s.getTracks().forEach((track, place) => Object.assign(track, { muted: muted[place] }))
          return s
        }),
      )
      const expected = '        (al)-i(Mm)-v---m-'
      const run = runMedia({ begin$, action$ }, { 'audio+video': both$ })
      expectObservable(run.told$).toBe(expected, {
        a: 'captured audio+video',
        l: 'on camera',
        i: 'interrupted camera',
        M: 'audio muted',
        m: 'muted camera',
        v: 'muted interrupted',
      })
    }),
  )

  it(
    'is reported if it is muted from the start; a screen is shared all the same',
    marbleTest(({ hot, cold, expectObservable }) => {
      const [m, s] = [fakeStream('audio', ['audio']), fakeStream('video', ['video'])]
      for (const track of [...m.getTracks(), ...s.getTracks()]) Object.assign(track, { muted: true })
      const begin$ = hot('      b---', { b: { audio: true, video: 'screen' } as const })
      const audio$ = cold('     m---', { m })
      const screen$ = cold('    s---', { s })
      const run = runMedia({ begin$, action$: NEVER }, { audio: audio$, screen: screen$ })
      expectObservable(run.told$).toBe('(cl)', { c: 'captured audio+screen', l: 'interrupted screen' })
    }),
  )
})

it(
  'lets go of everything that is open or on its way when it is unsubscribed',
  marbleTest(({ cold, expectObservable, expectSubscriptions, expectReleased }) => {
    const begin$ = cold('     b--------', { b: both })
    const action$ = cold('    ----s----', actions)
    const both$ = cold('      c--------', { c: fakeStream('audio+video', ['audio', 'video']) })
    const screen$ = cold('        ---s-', { s: fakeStream('video', ['video']) })
    const leave = '           -----!   '
    const run = runMedia({ begin$, action$ }, { 'audio+video': both$, screen: screen$ })
    expectObservable(run.told$, leave).toBe('(al)-', { a: 'captured audio+video', l: 'on camera' })
    expectReleased(both$).by('^----!')
    expectSubscriptions(screen$.subscriptions).toBe('----^!')
    expectReleased(begin$, action$).by('^----!')
  }),
)
