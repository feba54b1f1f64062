import { BehaviorSubject, map } from 'rxjs'
import { describe, it } from 'vitest'
import type { RecoverySources } from '../../../../src/core/call/recovery/inputs.ts'
import { recovery } from '../../../../src/core/call/recovery/recovery.ts'
import { CallError, defaultRecovery } from '../../../../src/core/index.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { commands } from '../../support/outputs.ts'
import { pendingTimers } from '../../support/pending-timers.ts'
import { epochs, inWords, peer, quiet as quietCall } from '../../support/recovery.ts'
import { sleeping } from '../../support/sleeping.ts'
import { connected } from '../../support/states.ts'

type Sources = RecoverySources

const cut = new CallError('connection-failed', 'cut')
const badAnswer = new CallError('negotiation-failed', 'bad answer')
const unlinked = {
  c: { epoch: 0 },
  b: { epoch: 0, error: cut },
  B: { epoch: 1, error: cut },
  n: { epoch: 0, error: badAnswer },
}
const asks = {
  r: incoming('renegotiate', { restart: true }),
  p: incoming('renegotiate', { replace: true }),
  n: incoming('renegotiate', {}),
}

/** Silent sources of the stage; a test overrides some of them. The policy gives up 10 s after a problem began. */
const quiet = (role: Sources['role'] = 'offerer'): Sources => ({
  ...quietCall(role),
  state$: new BehaviorSubject(connected),
  settings: {
    negotiationMs: 10_000,
    closeGraceMs: 4_000,
    recovery: {
      waitMs: 2_000,
      restartMs: 3_000,
      restarts: 2,
      replaceMs: 3_000,
      retryMs: 2_000,
      giveUpMs: 10_000,
    },
  },
})
const withPolicy = (changed: Partial<Sources['settings']['recovery']>, sources = quiet()): Sources => ({
  ...sources,
  settings: { ...sources.settings, recovery: { ...sources.settings.recovery, ...changed } },
})

const out = {
  m: 'measure',
  R: 'restart',
  P: 'replacing 0: connection-failed',
  A: 'renegotiate {"restart":true} of 0',
  B: 'renegotiate {"replace":true} of 0',
  G: 'gave up: connection-failed',
  z: 'well',
}
/** The same for a problem that began at 1 s. */
const fromASecond = {
  ...out,
  w: 'disconnected wait 1 until 3000',
  r: 'disconnected restart 1 until 6000',
  s: 'disconnected restart 2 until 8000',
  p: 'disconnected replace 1 until 11000',
}

describe('a connection that is disconnected', () => {
  it(
    'waits, restarts, replaces, and gives up',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d     ', peer)
      const expected = '        1s      (wm) 996ms m 999ms (rR) 2996ms (sR) 1996ms (pP) 2996ms G'
      const leave = '           60s !'
      expectObservable(inWords({ ...quiet(), peer$ }, env), leave).toBe(expected, fromASecond)
    }),
  )

  it(
    'asks the other side to restart and replace, when that one makes the offers',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d     ', peer)
      const expected = '        1s      (wm) 996ms m 999ms (rA) 2996ms (sA) 1996ms (pB) 2996ms G'
      const leave = '           60s !'
      expectObservable(inWords({ ...quiet('answerer'), peer$ }, env), leave).toBe(expected, fromASecond)
    }),
  )

  it(
    'is reported lost once, however often, and by the whole connection alone',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       cj 998ms djdtd', peer)
      const expected = '        1s       (wm)'
      expectObservable(inWords({ ...quiet(), peer$ }, env), '1500ms !').toBe(expected, fromASecond)
    }),
  )

  it.each([
    ['while it is waited for', '    499ms  c', '(wm) 496ms z'],
    ['while it is restarted', '     5500ms c', '(wm) 996ms m 999ms (rR) 2996ms (sR) 497ms z'],
    ['while it is replaced', '      8s    c', '(wm) 996ms m 999ms (rR) 2996ms (sR) 1996ms (pP) 997ms z'],
  ])('is recovered when it is connected %s, and nothing is left to do', (_, later, then) => {
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const peer$ = hot(`       c 999ms d ${later.trim()}`, peer)
      const expected = `        1s      ${then}`
      const leave = '           60s !'
      expectObservable(inWords({ ...quiet(), peer$ }, timers), leave).toBe(expected, fromASecond)
      const pending$ = cold('   500ms p 899ms p 28s p').pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe('500ms p 899ms q 28s p', { p: 0, q: 1 })
    })()
  })

  it(
    'has its full time again when it is lost again',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d 999ms c 999ms d', peer)
      const expected = '        1s      (wm)  996ms z 999ms (vm) 996ms m 999ms (uR)'
      expectObservable(inWords({ ...quiet(), peer$ }, env), '6s !').toBe(expected, {
        ...fromASecond,
        v: 'disconnected wait 1 until 5000',
        u: 'disconnected restart 1 until 8000',
      })
    }),
  )
})

describe('bytes that continue to arrive', () => {
  it(
    'restart the wait for as long as they do, and report until when',
    marbleTest(({ hot, env, expectObservable }) => {
      // Measured with each tick: 100 more bytes twice, and then none.
      const peer$ = hot('       c 999ms d0 998ms -1 998ms -2 998ms -2 998ms -2', peer)
      const expected = '        1s   (wm)  996ms mv 998ms mu 998ms m 999ms (rR)'
      expectObservable(inWords({ ...quiet(), peer$ }, env), '5900ms !').toBe(expected, {
        ...fromASecond,
        v: 'disconnected wait 1 until 4001',
        u: 'disconnected wait 1 until 5001',
        r: 'disconnected restart 1 until 8000',
      })
    }),
  )

  it(
    'do not undo a restart, because only a connection does',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d0 - 3s 1 999ms 2', peer)
      const expected = '        1s      (wm) 996ms m 999ms (rR) 2996ms (sR)'
      expectObservable(inWords({ ...quiet(), peer$ }, env), '7s !').toBe(expected, fromASecond)
    }),
  )

  it(
    'are ignored on a connection without a problem',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c0123', peer)
      expectObservable(inWords({ ...quiet(), peer$ }, env), '60s !').toBe('-')
    }),
  )
})

describe('a connection that failed', () => {
  const failed = {
    ...out,
    r: 'failed restart 1 until 4000',
    s: 'failed restart 2 until 7000',
    p: 'failed replace 1 until 11000',
  }

  it.each(['f', 'i', '(if)'])('skips the wait: %s', (state) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot(`       c 999ms ${state}`, peer)
      const expected = '        1s      (rR) 2996ms (sR) 2996ms (pP) 3996ms G'
      expectObservable(inWords({ ...quiet(), peer$ }, env), '60s !').toBe(expected, failed)
    })()
  })

  it(
    'ends a wait that has begun',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d    499ms f', peer)
      const expected = '        1s      (wm) 496ms (rR)'
      expectObservable(inWords({ ...quiet(), peer$ }, env), '3s !').toBe(expected, {
        ...fromASecond,
        r: 'failed restart 1 until 4500',
      })
    }),
  )

  it(
    'is restarted as often as the policy says, and then waited for until it is given up',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms f', peer)
      const expected = '        1s      (rR) 2996ms x 6999ms G'
      const sources = withPolicy({ restarts: 1, replaceMs: 0 })
      expectObservable(inWords({ ...sources, peer$ }, env), '60s !').toBe(expected, {
        ...failed,
        x: 'failed wait 1 until 11000',
      })
    }),
  )

  it(
    'gets no additional steps for failing again, but is reported as failed',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d    2999ms      -f    999ms  f', peer)
      const expected = '        1s      (wm) 996ms m 999ms (rR) 997ms x 1998ms (sR)'
      expectObservable(inWords({ ...quiet(), peer$ }, env), '7s !').toBe(expected, {
        ...fromASecond,
        x: 'failed restart 1 until 6001',
        s: 'failed restart 2 until 8000',
      })
    }),
  )
})

describe('a client that slept', () => {
  it(
    'has waited for only a second, however long it slept, and reports its new deadline',
    marbleTest((tools) => {
      const env = sleeping(tools, '1500ms f 59999ms t')
      const peer$ = tools.hot(' c 999ms d', peer)
      const expected = '        1s   (wm) 60496ms (vm) 996ms (rR) 2996ms (sR) 1996ms (pP) 2996ms G'
      tools.expectObservable(inWords({ ...quiet(), peer$ }, env), '120s !').toBe(expected, {
        ...fromASecond,
        v: 'disconnected wait 1 until 62500',
        r: 'disconnected restart 1 until 65500',
        s: 'disconnected restart 2 until 67500',
        p: 'disconnected replace 1 until 70500',
      })
    }),
  )

  it(
    'reports its new deadline after a short sleep, too, and after a clock that was set back',
    marbleTest((tools) => {
      const short = sleeping(tools, '1500ms f 2999ms t')
      const peer$ = tools.hot('f', peer)
      tools.expectObservable(inWords({ ...quiet(), peer$ }, short), '5s !').toBe('(rR) 4496ms v', {
        ...out,
        r: 'failed restart 1 until 3000',
        v: 'failed restart 1 until 5500',
      })
      const { scheduler } = pendingTimers(tools.env)
      const now = () => (scheduler.now() < 1_500 ? scheduler.now() : scheduler.now() - 3_600_000)
      const env = { ...tools.env, scheduler: { ...scheduler, now } }
      tools.expectObservable(inWords({ ...quiet(), peer$ }, env), '2500ms !').toBe('(rR) 1996ms v', {
        ...out,
        r: 'failed restart 1 until 3000',
        v: 'failed restart 1 until -3597000',
      })
    }),
  )
})

describe('a client that slept while the other side had closed the connection', () => {
  it(
    'reports its new deadline',
    marbleTest((tools) => {
      const env = sleeping(tools, '1500ms f 59999ms t')
      const peerClosed$ = tools.hot('c', unlinked)
      const expected = '           1s w 60499ms v'
      tools.expectObservable(inWords({ ...quiet(), peerClosed$ }, env), '65s !').toBe(expected, {
        w: 'closed wait 1 until 4000',
        v: 'closed wait 1 until 63500',
      })
    }),
  )
})

describe('a restart that the other side asks for', () => {
  it(
    'is done each time; other requests are for other stages',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    --r-n-p-r--', asks)
      const expected = '        --R-----R--'
      expectObservable(inWords({ ...quiet(), message$ }, env), '60s !').toBe(expected, out)
    }),
  )

  it(
    'is not repeated when this side has just done one itself',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       f            ', peer)
      const message$ = hot('    ---- 4s r 994ms r-r', asks)
      const expected = '        (rR) 4997ms       R'
      const sources = withPolicy({ restartMs: 8_000, replaceMs: 0, giveUpMs: 20_000 })
      expectObservable(inWords({ ...sources, peer$, message$ }, env), '6s !').toBe(expected, {
        ...out,
        r: 'failed restart 1 until 8000',
      })
    }),
  )

  it(
    'is done during the wait, but not while the connection is being replaced',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d', peer)
      const message$ = hot('    1500ms r 7s r', asks)
      const expected = '        1s   (wm) 496ms R 499ms m 999ms (rR) 2996ms (sR) 1996ms (pP)'
      expectObservable(inWords({ ...quiet(), peer$, message$ }, env), '10s !').toBe(expected, fromASecond)
    }),
  )

  it(
    'is ignored by the side that makes no offers',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    --r--', asks)
      expectObservable(inWords({ ...quiet('answerer'), message$ }, env), '60s !').toBe('-----')
    }),
  )
})

describe('another peer connection', () => {
  const reopened = { ...fromASecond, q: 'disconnected replace 1 until 11001' }

  it.each(['offerer', 'answerer'] as const)(
    'that is opened for another reason replaces the step in progress: %s',
    (role) => {
      marbleTest(({ hot, env, expectObservable }) => {
        const peer$ = hot('       c 999ms d', peer)
        const opened$ = hot('     2s - 1', epochs)
        const expected = '        1s      (wm) 996ms m q 8998ms G'
        expectObservable(inWords({ ...quiet(role), peer$, opened$ }, env), '60s !').toBe(expected, reopened)
      })()
    },
  )

  it.each(['offerer', 'answerer'] as const)('that was asked for changes nothing: %s', (role) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d', peer)
      const opened$ = hot('     8500ms 1', epochs)
      const last = role === 'offerer' ? '(pP)' : '(pB)'
      const restart = role === 'offerer' ? 'R' : 'A'
      const expected = `        1s  (wm) 996ms m 999ms (r${restart}) 2996ms (s${restart}) 1996ms ${last} 2996ms G`
      expectObservable(inWords({ ...quiet(role), peer$, opened$ }, env), '60s !').toBe(expected, fromASecond)
    })()
  })

  it(
    'that replaces a working one has to connect in time, too',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c', peer)
      const opened$ = hot('     1s 1', epochs)
      const expected = '        1s      p 9999ms G'
      expectObservable(inWords({ ...quiet(), peer$, opened$ }, env), '60s !').toBe(expected, {
        ...out,
        p: 'negotiation replace 1 until 11000',
      })
    }),
  )

  it(
    'has its time to connect from the agreement on, not from the offer',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 2999ms o 4999ms s', peer)
      const opened$ = hot('     1s 1', epochs)
      const expected = '        1s p 17999ms (qP)'
      const sources = withPolicy({ giveUpMs: 40_000 })
      expectObservable(inWords({ ...sources, peer$, opened$ }, env), '22s !').toBe(expected, {
        ...out,
        p: 'negotiation replace 1 until 41000',
        q: 'negotiation replace 2 until 41000',
        P: 'replacing 1: connection-failed',
      })
    }),
  )

  it(
    'that is the first one gets its time from `teardown`',
    marbleTest(({ hot, env, expectObservable }) => {
      const opened$ = hot('     0 999ms 1', epochs)
      expectObservable(inWords({ ...quiet(), opened$ }, env), '60s !').toBe('-')
    }),
  )
})

describe('a peer connection that is gone', () => {
  it.each<[string, Sources['role'], string]>([
    ['is replaced', 'offerer', 'P'],
    ['is asked to be replaced', 'answerer', 'B'],
  ])('%s when it broke, because no other step can help', (_, role, does) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c', peer)
      const peerClosed$ = hot('   1s b', unlinked)
      const expected = `        1s (p${does}) 9996ms G`
      expectObservable(inWords({ ...quiet(role), peer$, peerClosed$ }, env), '60s !').toBe(expected, {
        ...out,
        p: 'failed replace 1 until 11000',
      })
    })()
  })

  it(
    'is replaced at once when it broke during a restart',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d', peer)
      const peerClosed$ = hot('   3500ms b', unlinked)
      const expected = '        1s (wm) 996ms m 999ms (rR) 496ms (pP) 7496ms G'
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$ }, env), '60s !').toBe(expected, {
        ...fromASecond,
        p: 'disconnected replace 1 until 11500',
      })
    }),
  )

  it(
    'is replaced again, after a third of the time, when the replacement breaks too',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c', peer)
      const peerClosed$ = hot('   1s b     1499ms B', unlinked)
      const opened$ = hot('     1s 1', epochs)
      const expected = '        1s (pP) 3996ms (qQ) 5996ms G'
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$, opened$ }, env), '60s !').toBe(expected, {
        ...out,
        p: 'failed replace 1 until 11000',
        q: 'failed replace 2 until 11000',
        Q: 'replacing 1: connection-failed',
      })
    }),
  )

  it(
    'is given up when the replacement breaks too, and no time is left for another',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d', peer)
      const peerClosed$ = hot('   9500ms B', unlinked)
      const opened$ = hot('     8100ms 1', epochs)
      const expected = '        1s (wm) 996ms m 999ms (rR) 2996ms (sR) 1996ms (pP) 1496ms G'
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$, opened$ }, env), '60s !').toBe(
        expected,
        fromASecond,
      )
    }),
  )

  it.each<[string, Sources['role'], string, string]>([
    ['is replaced again', 'offerer', 'replacing 0: connection-failed', 'replacing 1: connection-failed'],
    [
      'is asked for again',
      'answerer',
      'renegotiate {"replace":true} of 0',
      'renegotiate {"replace":true} of 1',
    ],
  ])('%s when the sides agree on the new one, and it does not connect', (_, role, P, Q) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 1199ms s', peer)
      const peerClosed$ = hot('   1s b', unlinked)
      const opened$ = hot('     1s 1', epochs)
      const expected = '        1s (pP) 3996ms (qQ) 5996ms G'
      expectObservable(inWords({ ...quiet(role), peer$, peerClosed$, opened$ }, env), '60s !').toBe(
        expected,
        {
          ...out,
          p: 'failed replace 1 until 11000',
          P,
          q: 'failed replace 2 until 11000',
          Q,
        },
      )
    })()
  })

  it(
    'is not given up when it breaks while the other side is asked for its replacement',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d', peer)
      const peerClosed$ = hot('   8500ms b', unlinked)
      const expected = '        1s (wm) 996ms m 999ms (rA) 2996ms (sA) 1996ms (pB) 2996ms G'
      expectObservable(inWords({ ...quiet('answerer'), peer$, peerClosed$ }, env), '60s !').toBe(
        expected,
        fromASecond,
      )
    }),
  )

  it(
    'is given up at once when it never connected, or the policy allows no replacement',
    marbleTest(({ hot, env, expectObservable }) => {
      const never$ = hot('      1s b', unlinked)
      const peer$ = hot('       c', peer)
      expectObservable(inWords({ ...quiet(), peerClosed$: never$ }, env), '60s !').toBe('1s G', out)
      const sources = withPolicy({ replaceMs: 0 })
      expectObservable(inWords({ ...sources, peer$, peerClosed$: never$ }, env), '60s !').toBe('1s G', out)
    }),
  )

  const unagreed = { ...out, P: 'replacing 0: negotiation-failed', p: 'negotiation replace 1 until 11000' }

  it.each([
    ['offerer', 'P'],
    ['answerer', 'B'],
  ] as const)(
    'because of a description is replaced at once, and the new one has its time from then on: %s',
    (role, does) => {
      marbleTest(({ hot, env, expectObservable }) => {
        const peer$ = hot('       c', peer)
        const peerClosed$ = hot('   1s n', unlinked)
        const opened$ = hot('     3s 1', epochs)
        const expected = `        1s (${does}p) 9996ms G`
        const outOfBoth = (more: Partial<Sources>) =>
          inWords({ ...quiet(role), peer$, peerClosed$, ...more }, env)
        expectObservable(outOfBoth({}), '60s !').toBe(expected, unagreed)
        expectObservable(outOfBoth({ opened$ }), '60s !').toBe(expected, unagreed)
      })()
    },
  )

  it(
    'because of a description is recovered when the next one connects, without a plan if none ever did',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 2999ms c', peer)
      const peerClosed$ = hot('   1s n', unlinked)
      const opened$ = hot('     2s 1', epochs)
      const expected = '        1s (Pp) 1996ms z'
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$, opened$ }, env), '60s !').toBe(
        expected,
        unagreed,
      )
      expectObservable(inWords({ ...quiet(), peerClosed$ }, env), '60s !').toBe('1s P', unagreed)
    }),
  )

  it(
    'because of a description during a restart leaves the rest of the time to the next one',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d', peer)
      const peerClosed$ = hot('   3500ms n', unlinked)
      const expected = '        1s (wm) 996ms m 999ms (rA) 496ms (Bp) 7496ms G'
      expectObservable(inWords({ ...quiet('answerer'), peer$, peerClosed$ }, env), '60s !').toBe(expected, {
        ...fromASecond,
        p: 'disconnected replace 1 until 11500',
      })
    }),
  )
})

describe('a peer connection that the other side closed', () => {
  const closed = { ...out, x: 'closed wait 1 until 5000' }

  it(
    'is reported after a second without a hang-up, and left to `teardown` with its time unchanged',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c', peer)
      const peerClosed$ = hot('   1s c', unlinked)
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$ }, env), '60s !').toBe('2s x', closed)
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$ }, env), '1999ms !').toBe('')
    }),
  )

  it(
    'and then replaced has its time to connect reduced by the time that it was closed',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c', peer)
      const peerClosed$ = hot('   1s    c', unlinked)
      const opened$ = hot('     3500ms 1', epochs)
      const expected = '        2s    x 1499ms p 7499ms G'
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$, opened$ }, env), '60s !').toBe(expected, {
        ...closed,
        p: 'closed replace 1 until 11500',
      })
    }),
  )

  it(
    'and then replaced is recovered when it is connected',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 3999ms c', peer)
      const peerClosed$ = hot('   1s    c', unlinked)
      const opened$ = hot('     3s 1', epochs)
      const expected = '        2s    x 999ms p 999ms z'
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$, opened$ }, env), '60s !').toBe(expected, {
        ...closed,
        p: 'closed replace 1 until 12000',
      })
    }),
  )

  it(
    'and replaced within a second is reported when the new one opens, which has its full time',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c', peer)
      const peerClosed$ = hot('   1s    c', unlinked)
      const opened$ = hot('     1500ms 1', epochs)
      const expected = '        1500ms p 9999ms G'
      expectObservable(inWords({ ...quiet(), peer$, peerClosed$, opened$ }, env), '60s !').toBe(expected, {
        ...out,
        p: 'negotiation replace 1 until 11500',
      })
    }),
  )

  it(
    'while its replacement is asked for starts no separate wait',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d', peer)
      const peerClosed$ = hot('   8500ms c', unlinked)
      const expected = '        1s (wm) 996ms m 999ms (rA) 2996ms (sA) 1996ms (pB) 2996ms G'
      expectObservable(inWords({ ...quiet('answerer'), peer$, peerClosed$ }, env), '60s !').toBe(
        expected,
        fromASecond,
      )
    }),
  )

  it(
    'while its replacement is asked for still has to be replaced in time',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c 999ms d', peer)
      const peerClosed$ = hot('   8500ms c', unlinked)
      const opened$ = hot('     8600ms 1', epochs)
      const expected = '        1s (wm) 996ms m 999ms (rA) 2996ms (sA) 1996ms (pB) 2996ms G'
      expectObservable(inWords({ ...quiet('answerer'), peer$, peerClosed$, opened$ }, env), '60s !').toBe(
        expected,
        fromASecond,
      )
    }),
  )
})

describe('what recovery emits', () => {
  it(
    'is an interruption first, and then the steps against it',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       c---d-----c-----f---', peer)
      const expected = '        A---(Iwm)-(Bz)--(Ifr)'
      const settings = { ...quiet().settings, recovery: defaultRecovery }
      expectObservable(recovery({ ...quiet(), settings, peer$ }, env), '1s !').toBe(expected, {
        A: { type: 'peer-connected', at: 0 },
        B: { type: 'peer-connected', at: 10 },
        I: { type: 'interrupted' },
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
    'ends with giving up, and no timer is left',
    marbleTest(({ hot, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const peer$ = hot('       c 2s       cfo', peer)
      const peerClosed$ = hot('   1s b 500ms c', unlinked)
      const opened$ = hot('     1600ms     1', epochs)
      const expected = '        A 999ms (IG)'
      const sources = withPolicy({ replaceMs: 0 }, { ...quiet(), peer$, peerClosed$, opened$ })
      expectObservable(recovery(sources, timers), '60s !').toBe(expected, {
        A: { type: 'peer-connected', at: 0 },
        I: { type: 'interrupted' },
        G: { type: 'recovery-failed', error: errorOf('connection-failed') },
      })
      const pending$ = hot('    3s p').pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe('3s p', { p: 0 })
    }),
  )

  it(
    'errors when the peer connection errors, and releases every other source',
    marbleTest(({ hot, cold, env, expectObservable, expectReleased }) => {
      const peer$ = hot('       -c-#', peer)
      const online$ = cold('    t---', { t: true })
      const expected = '        -A-#'
      expectObservable(recovery({ ...quiet(), peer$, online$ }, env)).toBe(expected, {
        A: { type: 'peer-connected', at: 1 },
      })
      expectReleased(online$).by('^--!')
    }),
  )

  it(
    'stops, and releases every source and timer, when unsubscribed in mid-flight',
    marbleTest(({ hot, cold, env, expectObservable, expectReleased }) => {
      const timers = pendingTimers(env)
      const peer$ = cold('      c 999ms d 999ms o', peer)
      const opened$ = cold('    -', epochs)
      const peerClosed$ = cold('  3200ms c', unlinked)
      const message$ = cold('   -', asks)
      const state$ = cold('     k', { k: connected })
      const online$ = cold('    t', { t: true })
      const answered$ = cold('  -')
      const leave = '           3500ms !'
      const subscribed = '      ^ 3499ms !'
      const expected = '        1s (wm) 996ms m 999ms (rR)'
      const sources = { ...quiet(), peer$, opened$, peerClosed$, message$, state$, online$, answered$ }
      expectObservable(inWords(sources, timers), leave).toBe(expected, fromASecond)
      for (const source$ of [peer$, opened$, peerClosed$, message$, state$, online$, answered$])
        expectReleased(source$).by(subscribed)
      // The timers of the plan, the offer, and the orderly close.
      const pending$ = hot('    3400ms p 499ms p').pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe('3400ms p 499ms q', { p: 3, q: 0 })
    }),
  )
})
