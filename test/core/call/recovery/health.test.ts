import { BehaviorSubject } from 'rxjs'
import { describe, it } from 'vitest'
import { CallError } from '../../../../src/core/index.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { epochs, peer, quiet, withoutPlan } from '../../support/recovery.ts'
import { alerting, connected } from '../../support/states.ts'

const linkedAt = (at: number) => ({ type: 'peer-connected', at })
const out = { I: { type: 'interrupted' } }

describe('the health of a connection', () => {
  it(
    'tells when the connection comes up, when it is interrupted, and when it is back',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -nt-c--d---c--', peer)
      const expected = '        ----A--I---B--'
      expectObservable(withoutPlan({ ...quiet(), peer$ }, env), '10s !').toBe(expected, {
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
      expectObservable(withoutPlan({ ...quiet(), peer$ }, env), '10s !').toBe(expected, {
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
      expectObservable(withoutPlan({ ...quiet(), peer$ }, env), '10s !').toBe(expected, {
        ...out,
        A: linkedAt(1),
      })
      const lost$ = hot('       -c-d-0---1-2--', peer)
      const peerClosed$ = hot('   -------0------', epochs)
      expectObservable(withoutPlan({ ...quiet(), peer$: lost$, peerClosed$ }, env), '10s !').toBe(expected, {
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
      expectObservable(withoutPlan({ ...quiet(), peer$ }, env), '10s !').toBe(expected, {
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
      expectObservable(withoutPlan({ ...quiet(), peer$ }, env), '10s !').toBe(expected, {
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
      const peerClosed$ = hot('   ---0----------', epochs)
      const opened$ = hot('     -----1---2----', epochs)
      const expected = '        -A-I---B-I---C-'
      expectObservable(withoutPlan({ ...quiet(), peer$, peerClosed$, opened$ }, env), '10s !').toBe(
        expected,
        {
          ...out,
          A: linkedAt(1),
          B: linkedAt(7),
          C: linkedAt(13),
        },
      )
    }),
  )

  it(
    'takes an orderly close for the end of a connected call, and for an interruption after a second',
    marbleTest(({ hot, env, expectObservable }) => {
      const state$ = new BehaviorSubject(connected)
      const peer$ = hot('       -c', peer)
      const peerClosed$ = hot('   ---0', epochs)
      const expected = '        -A 1001ms I'
      const sources = { ...quiet(), state$, peer$, peerClosed$ }
      expectObservable(withoutPlan(sources, env), '10s !').toBe(expected, { ...out, A: linkedAt(1) })
      expectObservable(withoutPlan(sources, env), '- 1001ms !').toBe('-A', { A: linkedAt(1) })
    }),
  )

  it(
    'is interrupted at once if the connection of a connected call broke, or another one is opened',
    marbleTest(({ hot, env, expectObservable }) => {
      const state$ = new BehaviorSubject(connected)
      const peer$ = hot('       -c-----', peer)
      const peerClosed$ = hot('   ---b---', {
        b: { epoch: 0, error: new CallError('connection-failed', 'cut') },
      })
      const closed$ = hot('     ---0---', epochs)
      const opened$ = hot('     -----1-', epochs)
      expectObservable(withoutPlan({ ...quiet(), state$, peer$, peerClosed$ }, env), '10s !').toBe(
        '-A-(I1)',
        {
          A: linkedAt(1),
          I: out.I,
          1: { type: 'command', epoch: 0, command: { type: 'replace', error: errorOf('connection-failed') } },
        },
      )
      expectObservable(
        withoutPlan({ ...quiet(), state$, peer$, peerClosed$: closed$, opened$ }, env),
        '10s !',
      ).toBe('-A---I', { A: linkedAt(1), I: out.I })
    }),
  )

  it(
    'does not link an answered call over a connection that the other side has closed',
    marbleTest(({ hot, env, expectObservable }) => {
      const state$ = hot('      k------', { k: alerting })
      const peer$ = hot('       -c-----', peer)
      const peerClosed$ = hot('   ---0---', epochs)
      const answered$ = hot('   -----a-', {})
      const expected = '        -A-I-I-'
      expectObservable(withoutPlan({ ...quiet(), state$, peer$, peerClosed$, answered$ }, env), '10s !').toBe(
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
      const peer$ = hot('       -k-j-x-', peer)
      const expected = '        -------'
      expectObservable(withoutPlan({ ...quiet(), peer$ }, env), '10s !').toBe(expected, out)
    }),
  )

  it(
    'tells again of a connection that was up before the call was answered, and of none that was not',
    marbleTest(({ hot, env, expectObservable }) => {
      const answered$ = hot('   a---a--a--', {})
      const peer$ = hot('       --c--d---c-', peer)
      const expected = '        --A-BI-I-C-'
      expectObservable(withoutPlan({ ...quiet(), peer$, answered$ }, env), '10s !').toBe(expected, {
        ...out,
        A: linkedAt(2),
        B: linkedAt(4),
        C: linkedAt(9),
      })
    }),
  )
})
