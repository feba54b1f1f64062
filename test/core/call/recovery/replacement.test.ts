import { BehaviorSubject, concatMap } from 'rxjs'
import { describe, it } from 'vitest'
import type { RecoverySources } from '../../../../src/core/call/recovery/inputs.ts'
import { recovery } from '../../../../src/core/call/recovery/recovery.ts'
import { CallError, type Env } from '../../../../src/core/index.ts'
import type { MarbleTools } from '../../../../src/testing/index.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { sends } from '../../support/outputs.ts'
import { broken, epochs, peer, quiet, withoutPlan } from '../../support/recovery.ts'
import { sleeping } from '../../support/sleeping.ts'
import { alerting, connected, connecting, reconnecting } from '../../support/states.ts'

interface Lanes {
  readonly peer?: string
  readonly unlinked?: string
  readonly message?: string
}
const lost = {
  b: { epoch: 0, error: new CallError('connection-failed', 'cut') },
  n: broken[0],
}
const sourcesOf = (
  { hot }: MarbleTools,
  { peer: ofPeer, unlinked, message }: Lanes,
): Partial<RecoverySources> => ({
  ...(ofPeer !== undefined && { peer$: hot(ofPeer, peer) }),
  ...(unlinked !== undefined && { peerClosed$: hot(unlinked, lost) }),
  ...(message !== undefined && { message$: hot(message, { a: incoming('renegotiate', { replace: true }) }) }),
})

const linkedAt = (at: number) => ({ type: 'peer-connected', at })
/** The command that makes the connection of this epoch replace the one before. */
const replaces = (epoch: number, error = errorOf('negotiation-failed')) => ({
  type: 'command',
  epoch: epoch - 1,
  command: { type: 'replace', error },
})
const asks = (epoch: number) => sends({ type: 'renegotiate', body: { replace: true }, epoch })
const out = {
  I: { type: 'interrupted' },
  1: replaces(1),
  2: replaces(2),
  3: replaces(3),
  G: { type: 'recovery-failed', error: errorOf('negotiation-failed') },
}

describe('an offer without an answer', () => {
  it(
    'leads to a new peer connection after its timeout',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0------1------', epochs)
      const peer$ = hot('       -o------o-----', peer)
      const expected = '        ------1------2'
      expectObservable(withoutPlan({ ...quiet(), opened$, peer$ }, env), '10s !').toBe(expected, out)
    }),
  )

  it(
    'has no effect once it is answered, or another peer connection is open',
    marbleTest(({ hot, env, expectObservable }) => {
      const answered$ = hot('   -o---s--------', peer)
      const offered$ = hot('    -o------------', peer)
      const opened$ = hot('     0-------------', epochs)
      const twice$ = hot('      0----1--------', epochs)
      const expected = '        --------------'
      expectObservable(withoutPlan({ ...quiet(), opened$, peer$: answered$ }, env), '10s !').toBe(
        expected,
        out,
      )
      expectObservable(withoutPlan({ ...quiet(), opened$: twice$, peer$: offered$ }, env), '10s !').toBe(
        expected,
        out,
      )
    }),
  )

  it.each([
    ['connecting', connecting],
    ['connected', connected],
  ])('counts from the moment when the other side has the call: %s', (_, taken) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0-------------', epochs)
      const peer$ = hot('       -o------------', peer)
      const state$ = hot('      a------t------', { a: alerting, t: taken })
      const expected = '        ------------1-'
      expectObservable(withoutPlan({ ...quiet(), opened$, peer$, state$ }, env), '10s !').toBe(expected, out)
    })()
  })

  it(
    'starts counting again each time the relay can be reached again',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0-------------------', epochs)
      const peer$ = hot('       -o------------------', peer)
      const online$ = hot('     t---f----------t----', { t: true, f: false })
      const expected = '        --------------------1'
      expectObservable(withoutPlan({ ...quiet(), opened$, peer$, online$ }, env), '10s !').toBe(expected, out)
    }),
  )

  it(
    'counts only time in which the client is awake',
    marbleTest((tools) => {
      const env = sleeping(tools, '1200ms f 59799ms t')
      const opened$ = tools.hot('  0', epochs)
      const peer$ = tools.hot('    o', peer)
      const settings = { ...quiet().settings, negotiationMs: 2_500 }
      const sources = { ...quiet(), opened$, peer$, settings }
      tools.expectObservable(withoutPlan(sources, env), '70s !').toBe('62s 1', out)
    }),
  )

  it(
    'is left to the plan while the connection is being brought back',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---------', epochs)
      const peer$ = hot('       -o--------', peer)
      const state$ = new BehaviorSubject(reconnecting)
      expectObservable(withoutPlan({ ...quiet(), opened$, peer$, state$ }, env), '10s !').toBe(
        '----------',
        out,
      )
    }),
  )

  it(
    'is ignored by the answerer',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---------', epochs)
      const peer$ = hot('       -o--------', peer)
      expectObservable(withoutPlan({ ...quiet('answerer'), opened$, peer$ }, env), '10s !').toBe(
        '----------',
        out,
      )
    }),
  )
})

describe('a peer connection that broke because of a description', () => {
  it(
    'is replaced three times; then nothing more is tried',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---1---2---3----', epochs)
      const peerClosed$ = hot('   --0---1---2---3--', broken)
      const expected = '        --1---2---3---G--'
      expectObservable(withoutPlan({ ...quiet(), opened$, peerClosed$ }, env), '10s !').toBe(expected, out)
    }),
  )

  it(
    'starts counting again after one that connected',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---1---2----3-----', epochs)
      const peerClosed$ = hot('   --0---1----2-----3-', broken)
      const peer$ = hot('       ---------c---------', peer)
      const expected = '        --1---2--A-(I3)--4-'
      expectObservable(withoutPlan({ ...quiet(), opened$, peerClosed$, peer$ }, env), '10s !').toBe(
        expected,
        {
          ...out,
          A: linkedAt(9),
          4: replaces(4),
        },
      )
    }),
  )

  it(
    'is replaced only by the offerer, whom the answerer asks three times',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---1---2---3----', epochs)
      const peerClosed$ = hot('   --0---1---2---3--', broken)
      const expected = '        --a---b---c---G--'
      expectObservable(withoutPlan({ ...quiet('answerer'), opened$, peerClosed$ }, env), '10s !').toBe(
        expected,
        {
          ...out,
          a: asks(0),
          b: asks(1),
          c: asks(2),
        },
      )
    }),
  )
})

describe('a replaced peer connection', () => {
  const settings = {
    ...quiet().settings,
    recovery: {
      waitMs: 1_000,
      restartMs: 1_000,
      restarts: 1,
      replaceMs: 9_000,
      retryMs: 1_000,
      giveUpMs: 11_000,
    },
  }
  const up = { ...quiet(), state$: new BehaviorSubject(connected), settings }
  const reasons = (sources: RecoverySources, env: Env) =>
    recovery(sources, env).pipe(
      concatMap((output) => {
        if (output.type === 'recovery-failed') return [`recovery-failed: ${output.error.message}`]
        return output.type === 'command' && output.command.type === 'replace'
          ? [`replace: ${output.command.error.message}`]
          : []
      }),
    )

  it.each<[string, string, string, Lanes]>([
    ['a description that could not be applied', 'bad answer', '--P', { unlinked: '--n' }],
    ['an offer without an answer', 'an offer had no answer within 5 ms', '------P', { peer: '-o' }],
    [
      'the request of the other side',
      'the other side asked for a new peer connection, because negotiation failed there or its path was lost',
      '--P',
      { message: '--a' },
    ],
    ['the connection that broke', 'cut', '--P', { peer: 'c', unlinked: '--b' }],
    ['the lost path', 'the connection was lost and did not come back in time', '3s P', { peer: '1s d' }],
  ])('carries the reason for its replacement: %s', (_, why, expected, lanes) => {
    marbleTest((tools) => {
      const sources = { ...up, opened$: tools.hot('0', epochs), ...sourcesOf(tools, lanes) }
      tools.expectObservable(reasons(sources, tools.env), '3500ms !').toBe(expected, { P: `replace: ${why}` })
    })()
  })

  it(
    'is reported, when it did not connect in time, as the reason for the next one',
    marbleTest((tools) => {
      const sources = {
        ...up,
        opened$: tools.hot('0 9ms 1', epochs),
        ...sourcesOf(tools, { peer: 'c 99ms s', unlinked: '1ms b' }),
      }
      const expected = '        -P 3999ms Q'
      tools.expectObservable(reasons(sources, tools.env), '4500ms !').toBe(expected, {
        P: 'replace: cut',
        Q: 'replace: the new peer connection did not connect in time; the network may block it without TURN',
      })
    }),
  )

  it(
    'is replaced once, for the first reason',
    marbleTest((tools) => {
      // It breaks here after the other side has already asked.
      const lanes = { peer: 'c', message: '--a', unlinked: '---b' }
      const sources = { ...up, opened$: tools.hot('0', epochs), ...sourcesOf(tools, lanes) }
      tools.expectObservable(reasons(sources, tools.env), '1s !').toBe('--P', {
        P: 'replace: the other side asked for a new peer connection, because negotiation failed there or its path was lost',
      })
    }),
  )

  it(
    'is asked for once, even if a description breaks it as well',
    marbleTest((tools) => {
      const sources = {
        ...up,
        role: 'answerer' as const,
        opened$: tools.hot('0', epochs),
        ...sourcesOf(tools, { peer: 'c', unlinked: '--(bn)' }),
      }
      tools.expectObservable(withoutPlan(sources, tools.env), '1s !').toBe('A-(Ia)', {
        ...out,
        A: linkedAt(0),
        a: asks(0),
      })
    }),
  )

  it(
    'counts for the same number of tries, whatever the reason',
    marbleTest((tools) => {
      const { hot, env, expectObservable } = tools
      const opened$ = hot('     0---1---2---3--', epochs)
      const peer$ = hot('       c--------------', peer)
      const peerClosed$ = hot('   --b-------2---3', { ...broken, ...lost })
      const message$ = hot('    ------a--------', {
        a: incoming('renegotiate', { replace: true }, { epoch: 1 }),
      })
      const expected = '        A-(Ip)2---3---G'
      expectObservable(withoutPlan({ ...up, message$, opened$, peerClosed$, peer$ }, env), '1s !').toBe(
        expected,
        {
          ...out,
          A: linkedAt(0),
          p: replaces(1, lost.b.error),
        },
      )
    }),
  )
})

describe('the other side asks for a new peer connection', () => {
  const received = {
    a: incoming('renegotiate', { replace: true }),
    0: incoming('renegotiate', { replace: true }, { epoch: 0 }),
    1: incoming('renegotiate', { replace: true }, { epoch: 1 }),
    n: incoming('renegotiate', {}, { epoch: 0 }),
    r: incoming('renegotiate', { restart: true }, { epoch: 0 }),
  }

  it(
    'and gets one if it names the present one; other requests are for `offer`',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0--------1----------', epochs)
      const message$ = hot('    --1nr-a----0-a-n--1-', received)
      const expected = '        ------1-----------2-'
      expectObservable(withoutPlan({ ...quiet(), opened$, message$ }, env), '10s !').toBe(expected, out)
    }),
  )

  it(
    'and gets only one if the connection broke here, too',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0----1------2-----', epochs)
      const message$ = hot('    --a-a---1---------', received)
      const peerClosed$ = hot('   --0-----1-----2---', broken)
      const expected = '        --1-----2-----3---'
      expectObservable(withoutPlan({ ...quiet(), opened$, message$, peerClosed$ }, env), '10s !').toBe(
        expected,
        out,
      )
    }),
  )

  it(
    'and is ignored by the side that makes no offers',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0-----', epochs)
      const message$ = hot('    --0---', received)
      expectObservable(withoutPlan({ ...quiet('answerer'), opened$, message$ }, env), '10s !').toBe(
        '------',
        out,
      )
    }),
  )

  it(
    'at most three times without a connection, whatever else fails',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0---1---2----------3----', epochs)
      const message$ = hot('    --0---1-----------------', received)
      const peer$ = hot('       ----------o----------o--', peer)
      const expected = '        --1---2--------3----------G'
      expectObservable(withoutPlan({ ...quiet(), opened$, message$, peer$ }, env), '10s !').toBe(
        expected,
        out,
      )
    }),
  )

  it(
    'at most nine times without a connection',
    marbleTest(({ hot, env, expectObservable }) => {
      const all = Array.from({ length: 10 }, (_, epoch) => epoch)
      const opened$ = hot(
        '     0-1-2-3-4-5-6-7-8-9-',
        Object.fromEntries(all.map((epoch) => [epoch, { epoch }])),
      )
      const message$ = hot('    -0-1-2-3-4-5-6-7-8-9', {
        ...Object.fromEntries(
          all.map((epoch) => [epoch, incoming('renegotiate', { replace: true }, { epoch })]),
        ),
      })
      const expected = '        -0-1-2-3-4-5-6-7-8-G'
      expectObservable(withoutPlan({ ...quiet(), opened$, message$ }, env), '1s !').toBe(expected, {
        ...Object.fromEntries(all.map((epoch) => [epoch, replaces(epoch + 1)])),
        G: out.G,
      })
    }),
  )
})
