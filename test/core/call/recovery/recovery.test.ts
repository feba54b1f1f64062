import { BehaviorSubject, filter, NEVER } from 'rxjs'
import { describe, it } from 'vitest'
import { recovery, type RecoverySources } from '../../../../src/core/call/recovery/recovery.ts'
import {
  CallError,
  defaultRecovery,
  type CallMessage,
  type Env,
  type PeerEvent,
} from '../../../../src/core/index.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { commands, peerEvents, sends } from '../../support/outputs.ts'
import { sleeping } from '../../support/sleeping.ts'
import { alerting, connected, connecting, reconnecting } from '../../support/states.ts'

const peer: Record<string, PeerEvent> = {
  n: { type: 'connection-state', state: 'new' },
  t: peerEvents.connecting,
  c: peerEvents.connected,
  d: peerEvents.disconnected,
  f: peerEvents.failed,
  x: peerEvents.closed,
  i: { type: 'ice-connection-state', state: 'connected' },
  j: { type: 'ice-connection-state', state: 'disconnected' },
  k: { type: 'ice-connection-state', state: 'failed' },
  o: { type: 'signaling-state', state: 'have-local-offer' },
  s: { type: 'signaling-state', state: 'stable' },
  0: { type: 'received', bytes: 0 },
  1: { type: 'received', bytes: 100 },
  2: { type: 'received', bytes: 200 },
}
const epochs = { 0: { epoch: 0 }, 1: { epoch: 1 }, 2: { epoch: 2 }, 3: { epoch: 3 } }
const badAnswer = new CallError('negotiation-failed', 'bad answer')
/** The peer connection of each epoch breaks over a description. */
const broken = {
  0: { epoch: 0, error: badAnswer },
  1: { epoch: 1, error: badAnswer },
  2: { epoch: 2, error: badAnswer },
  3: { epoch: 3, error: badAnswer },
}
const linkedAt = (at: number) => ({ type: 'peer-connected', at })
const replaces = (epoch: number) => ({ type: 'replacing', epoch, error: errorOf('negotiation-failed') })
const asks = (epoch: number) => sends({ type: 'renegotiate', body: { replace: true }, epoch })
const out = {
  I: { type: 'interrupted' },
  1: replaces(1),
  2: replaces(2),
  3: replaces(3),
  G: { type: 'recovery-failed', error: errorOf('negotiation-failed') },
}

/** A call that is answered, and of whose connection nothing is heard; a test puts in what is to happen. */
const quiet = (role: RecoverySources['role'] = 'offerer'): RecoverySources => ({
  role,
  peer$: NEVER,
  opened$: NEVER,
  unlinked$: NEVER,
  message$: NEVER,
  state$: new BehaviorSubject(connecting),
  online$: new BehaviorSubject(true),
  answered$: NEVER,
  recovering$: NEVER,
  settings: { negotiationMs: 5, closeGraceMs: 5, recovery: defaultRecovery },
})

/** Without what is done about a lost path, which is {@link pathRecovery}'s. */
const ofDescriptions = (sources: RecoverySources, env: Env) =>
  recovery(sources, env).pipe(filter(({ type }) => type !== 'recovering' && type !== 'command'))

describe('recovery: whether media flows', () => {
  it(
    'tells when the connection comes up, when it is interrupted, and when it is back',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -nt-c--d---c--', peer)
      const expected = '        ----A--I---B--'
      expectObservable(ofDescriptions({ ...quiet(), peer$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(4),
        B: linkedAt(11),
      })
    }),
  )

  it(
    'is linked while something arrives over a connection that is disconnected, and not when that ends',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -c-d-0-1-2-2-1-2-c', peer)
      const expected = '        -A-I---B---I---C--'
      expectObservable(ofDescriptions({ ...quiet(), peer$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(1),
        B: linkedAt(7),
        C: linkedAt(15),
      })
    }),
  )

  it(
    'knows nothing of one that has failed, or is gone, by what had arrived',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -c-d-0-f-1-2--', peer)
      const expected = '        -A-I----------'
      expectObservable(ofDescriptions({ ...quiet(), peer$ }, env)).toBe(expected, { ...out, A: linkedAt(1) })
      const lost$ = hot('       -c-d-0---1-2--', peer)
      const unlinked$ = hot('   -------0------', epochs)
      expectObservable(ofDescriptions({ ...quiet(), peer$: lost$, unlinked$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(1),
      })
    }),
  )

  it(
    'begins to look anew with each doubt, and not with a doubt that is told twice',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -c-d-0-c-d-1-d-2', peer)
      const expected = '        -A-I---B-I-----C'
      expectObservable(ofDescriptions({ ...quiet(), peer$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(1),
        B: linkedAt(7),
        C: linkedAt(15),
      })
    }),
  )

  it(
    'tells each change once',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -cc-dtd--tc-c-', peer)
      const expected = '        -A--I-----B---'
      expectObservable(ofDescriptions({ ...quiet(), peer$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(1),
        B: linkedAt(10),
      })
    }),
  )

  it(
    'takes a connection that is gone, or another one that is opened, for an interruption',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -c-----c-----c-', peer)
      const unlinked$ = hot('   ---0----------', epochs)
      const opened$ = hot('     -----1---2----', epochs)
      const expected = '        -A-I---B-I---C-'
      expectObservable(ofDescriptions({ ...quiet(), peer$, unlinked$, opened$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(1),
        B: linkedAt(7),
        C: linkedAt(13),
      })
    }),
  )

  it(
    'takes an orderly close for the end of a connected call, and for an interruption after a second',
    marbleTest(({ hot, env, expectObservable }) => {
      const state$ = new BehaviorSubject(connected)
      const peer$ = hot('       -c', peer)
      const unlinked$ = hot('   ---0', epochs)
      const expected = '        -A 1001ms I'
      const sources = { ...quiet(), state$, peer$, unlinked$ }
      expectObservable(ofDescriptions(sources, env)).toBe(expected, { ...out, A: linkedAt(1) })
      expectObservable(ofDescriptions(sources, env), '- 1001ms !').toBe('-A', { A: linkedAt(1) })
    }),
  )

  it(
    'is interrupted at once if the connection of a connected call broke, or another one is opened',
    marbleTest(({ hot, env, expectObservable }) => {
      const state$ = new BehaviorSubject(connected)
      const peer$ = hot('       -c-----', peer)
      const unlinked$ = hot('   ---b---', {
        b: { epoch: 0, error: new CallError('connection-failed', 'cut') },
      })
      const closed$ = hot('     ---0---', epochs)
      const opened$ = hot('     -----1-', epochs)
      expectObservable(ofDescriptions({ ...quiet(), state$, peer$, unlinked$ }, env)).toBe('-A-(I1)', {
        A: linkedAt(1),
        I: out.I,
        1: { ...replaces(1), error: errorOf('connection-failed') },
      })
      expectObservable(ofDescriptions({ ...quiet(), state$, peer$, unlinked$: closed$, opened$ }, env)).toBe(
        '-A---I',
        { A: linkedAt(1), I: out.I },
      )
    }),
  )

  it(
    'does not link an answered call over a connection that the other side has closed',
    marbleTest(({ hot, env, expectObservable }) => {
      const state$ = hot('      k------', { k: alerting })
      const peer$ = hot('       -c-----', peer)
      const unlinked$ = hot('   ---0---', epochs)
      const answered$ = hot('   -----a-', {})
      const expected = '        -A-I-I-'
      expectObservable(ofDescriptions({ ...quiet(), state$, peer$, unlinked$, answered$ }, env)).toBe(
        expected,
        {
          ...out,
          A: linkedAt(1),
        },
      )
    }),
  )

  it(
    'goes by the whole connection, not by ICE alone, and leaves a closed one to `teardown`',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -i-j-x-', peer)
      const expected = '        -------'
      expectObservable(ofDescriptions({ ...quiet(), peer$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'tells again of a connection that was up before the call was answered, and of none that was not',
    marbleTest(({ hot, env, expectObservable }) => {
      const answered$ = hot('   a---a--a--', {})
      const peer$ = hot('       --c--d---c-', peer)
      const expected = '        --A-BI-I-C-'
      expectObservable(ofDescriptions({ ...quiet(), peer$, answered$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(2),
        B: linkedAt(4),
        C: linkedAt(9),
      })
    }),
  )
})

describe('recovery: an offer without an answer', () => {
  it(
    'leads to a new peer connection after its time',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0------1------', epochs)
      const peer$ = hot('       -o------o-----', peer)
      const expected = '        ------1------2'
      expectObservable(ofDescriptions({ ...quiet(), opened$, peer$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'is no matter once it is answered, or another peer connection is open',
    marbleTest(({ hot, env, expectObservable }) => {
      const answered$ = hot('   -o---s--------', peer)
      const offered$ = hot('    -o------------', peer)
      const opened$ = hot('     0-------------', epochs)
      const twice$ = hot('      0----1--------', epochs)
      const expected = '        --------------'
      expectObservable(ofDescriptions({ ...quiet(), opened$, peer$: answered$ }, env)).toBe(expected, out)
      expectObservable(ofDescriptions({ ...quiet(), opened$: twice$, peer$: offered$ }, env)).toBe(
        expected,
        out,
      )
    }),
  )

  it.each([
    ['connecting', connecting],
    ['connected', connected],
  ])('counts from when the other side has the call: %s', (_, taken) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0-------------', epochs)
      const peer$ = hot('       -o------------', peer)
      const state$ = hot('      a------t------', { a: alerting, t: taken })
      const expected = '        ------------1-'
      expectObservable(ofDescriptions({ ...quiet(), opened$, peer$, state$ }, env)).toBe(expected, out)
    })()
  })

  it(
    'counts anew each time the relay can be reached again',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0-------------------', epochs)
      const peer$ = hot('       -o------------------', peer)
      const online$ = hot('     t---f----------t----', { t: true, f: false })
      const expected = '        --------------------1'
      expectObservable(ofDescriptions({ ...quiet(), opened$, peer$, online$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'is waited for while the client is awake alone',
    marbleTest((tools) => {
      const env = sleeping(tools, '1200ms f 59799ms t')
      const opened$ = tools.hot('  0', epochs)
      const peer$ = tools.hot('    o', peer)
      const settings = { ...quiet().settings, negotiationMs: 2_500 }
      const sources = { ...quiet(), opened$, peer$, settings }
      tools.expectObservable(ofDescriptions(sources, env)).toBe('62s 1', out)
    }),
  )

  it(
    'is left to the plan while the connection is being brought back',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---------', epochs)
      const peer$ = hot('       -o--------', peer)
      const state$ = new BehaviorSubject(reconnecting)
      expectObservable(ofDescriptions({ ...quiet(), opened$, peer$, state$ }, env)).toBe('----------', out)
    }),
  )

  it(
    'is none of the answerer',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---------', epochs)
      const peer$ = hot('       -o--------', peer)
      expectObservable(ofDescriptions({ ...quiet('answerer'), opened$, peer$ }, env)).toBe('----------', out)
    }),
  )
})

describe('recovery: a peer connection that broke over a description', () => {
  it(
    'is replaced three times; then nothing more is tried',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---1---2---3----', epochs)
      const unlinked$ = hot('   --0---1---2---3--', broken)
      const expected = '        --1---2---3---G--'
      expectObservable(ofDescriptions({ ...quiet(), opened$, unlinked$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'counts anew after one that connected',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---1---2----3-----', epochs)
      const unlinked$ = hot('   --0---1----2-----3-', broken)
      const peer$ = hot('       ---------c---------', peer)
      const expected = '        --1---2--A-(I3)--4-'
      expectObservable(ofDescriptions({ ...quiet(), opened$, unlinked$, peer$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(9),
        4: replaces(4),
      })
    }),
  )

  it(
    'is replaced by the offerer alone: the answerer asks for it, three times',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---1---2---3----', epochs)
      const unlinked$ = hot('   --0---1---2---3--', broken)
      const expected = '        --a---b---c---G--'
      expectObservable(ofDescriptions({ ...quiet('answerer'), opened$, unlinked$ }, env)).toBe(expected, {
        ...out,
        a: asks(0),
        b: asks(1),
        c: asks(2),
      })
    }),
  )
})

describe('recovery: the other side asks for a new peer connection', () => {
  const received = {
    a: incoming('renegotiate', { replace: true }),
    0: incoming('renegotiate', { replace: true }, { epoch: 0 }),
    1: incoming('renegotiate', { replace: true }, { epoch: 1 }),
    n: incoming('renegotiate', {}, { epoch: 0 }),
    r: incoming('renegotiate', { restart: true }, { epoch: 0 }),
  }

  it(
    'and gets one, where it speaks of the present one; other requests are for `offer`',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0--------1----------', epochs)
      const message$ = hot('    --1nr-a----0-a-n--1-', received)
      const expected = '        ------1-----------2-'
      expectObservable(ofDescriptions({ ...quiet(), opened$, message$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'and gets one, and no second one for the same, where it broke here, too',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0----1------2-----', epochs)
      const message$ = hot('    --a-a---1---------', received)
      const unlinked$ = hot('   --0-----1-----2---', broken)
      const expected = '        --1-----2-----3---'
      expectObservable(ofDescriptions({ ...quiet(), opened$, message$, unlinked$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'and is not heard by one that makes no offers',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0-----', epochs)
      const message$ = hot('    --0---', received)
      expectObservable(ofDescriptions({ ...quiet('answerer'), opened$, message$ }, env)).toBe('------', out)
    }),
  )

  it(
    'at most three times without a connection, whatever else fails',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---1---2----------3----', epochs)
      const message$ = hot('    --0---1-----------------', received)
      const peer$ = hot('       ----------o----------o--', peer)
      const expected = '        --1---2--------3----------G'
      expectObservable(ofDescriptions({ ...quiet(), opened$, message$, peer$ }, env)).toBe(expected, out)
    }),
  )
})

describe('recovery: a lost path', () => {
  it(
    'is an interruption, and what is done about it is said after that',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c---d-----c-----f---', peer)
      const expected = '        A---(Iwm)-(Bz)--(Ifr)'
      expectObservable(recovery({ ...quiet(), peer$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(0),
        B: linkedAt(10),
        w: {
          type: 'recovering',
          recovery: { problem: 'disconnected', step: 'wait', attempt: 1, until: 3_004 },
        },
        m: commands({ type: 'measure' }),
        z: { type: 'recovering', recovery: null },
        f: {
          type: 'recovering',
          recovery: { problem: 'failed', step: 'restart', attempt: 1, until: 15_016 },
        },
        r: commands({ type: 'restart' }),
      })
    }),
  )

  it(
    'is not what a peer connection has that breaks before it was up: that is given up',
    marbleTest(({ hot, env, expectObservable }) => {
      const unlinked$ = hot('   --b--', { b: { epoch: 0, error: new CallError('connection-failed', 'cut') } })
      const expected = '        --g'
      expectObservable(recovery({ ...quiet(), unlinked$ }, env)).toBe(expected, {
        ...out,
        g: { type: 'recovery-failed', error: errorOf('connection-failed') },
      })
    }),
  )
})

describe('recovery', () => {
  it(
    'fails as the peer connection does',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const peer$ = hot('       -c-#', peer)
      const online$ = cold('    t---', { t: true })
      expectObservable(ofDescriptions({ ...quiet(), peer$, online$ }, env)).toBe('-A-#', { A: linkedAt(1) })
      expectSubscriptions(online$.subscriptions).toBe('^--!')
    }),
  )

  it(
    'tries nothing any more, and lets go of every source, when it is unsubscribed in the middle of a wait',
    marbleTest(({ cold, env, expectObservable, expectSubscriptions }) => {
      const peer$ = cold('      -o---d', peer)
      const opened$ = cold('    0-----', epochs)
      const unlinked$ = cold('  ------', epochs)
      const message$ = cold<CallMessage>('------')
      const state$ = cold('     k-----', { k: connecting })
      const online$ = cold('    t-----', { t: true })
      const answered$ = cold('  ------')
      const leave = '           ---!  '
      const subscribed = '      ^--!  '
      const recovering$ = cold<never>('-----')
      const sources = {
        ...quiet(),
        peer$,
        opened$,
        unlinked$,
        message$,
        state$,
        online$,
        answered$,
        recovering$,
      }
      expectObservable(ofDescriptions(sources, env), leave).toBe('----', out)
      for (const source$ of [online$, answered$, recovering$])
        expectSubscriptions(source$.subscriptions).toBe(subscribed)
      for (const source$ of [state$, message$])
        expectSubscriptions(source$.subscriptions).toBe(Array<string>(2).fill(subscribed))
      expectSubscriptions(peer$.subscriptions).toBe(Array<string>(8).fill(subscribed))
      expectSubscriptions(opened$.subscriptions).toBe(Array<string>(5).fill(subscribed))
      expectSubscriptions(unlinked$.subscriptions).toBe(Array<string>(6).fill(subscribed))
    }),
  )
})
