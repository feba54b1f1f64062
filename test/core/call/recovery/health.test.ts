import { BehaviorSubject, map } from 'rxjs'
import { describe, it } from 'vitest'
import { CallError } from '../../../../src/core/index.ts'
import type { RecoverySources } from '../../../../src/core/stages/index.ts'
import type { MarbleTools } from '../../../../src/testing/marbles.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { epochs, peer, quiet, withoutPlan } from '../../support/recovery.ts'
import { alerting, connected } from '../../support/states.ts'

/** Expects `A`, `B` and `C` when the connection is up, each with its time, and `I` when it is interrupted. */
const expectHealth = (
  { env, expectObservable }: Pick<MarbleTools, 'env' | 'expectObservable'>,
  sources: Partial<RecoverySources>,
  leave = '10s !',
) => {
  const up = { type: 'peer-connected', age: 0 }
  const health$ = withoutPlan({ ...quiet(), ...sources }, env).pipe(
    map((output) =>
      output.type === 'peer-connected' ? { type: output.type, age: env.scheduler.now() - output.at } : output,
    ),
  )
  return {
    toBe: (expected: string, others: Readonly<Record<string, unknown>> = {}) => {
      const values = { I: { type: 'interrupted' }, A: up, B: up, C: up, ...others }
      expectObservable(health$, leave).toBe(expected, values)
    },
  }
}

describe('the health of a connection', () => {
  it(
    'reports when the connection is up, interrupted, and back',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -nt-c--d---c--', peer)
      const expected = '        ----A--I---B--'
      expectHealth({ env, expectObservable }, { peer$ }).toBe(expected)
    }),
  )

  it(
    'is up while bytes arrive over a disconnected connection, and interrupted when they stop',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -c-d-0-1-2-2-1-2-c', peer)
      const expected = '        -A-I---B---I---C--'
      expectHealth({ env, expectObservable }, { peer$ }).toBe(expected)
    }),
  )

  it(
    'ignores earlier bytes once the connection has failed or is gone',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -c-d-0-f-1-2--', peer)
      const expected = '        -A-I----------'
      expectHealth({ env, expectObservable }, { peer$ }).toBe(expected)
      const lost$ = hot('       -c-d-0---1-2--', peer)
      const peerClosed$ = hot('   -------0------', epochs)
      expectHealth({ env, expectObservable }, { peer$: lost$, peerClosed$ }).toBe(expected)
    }),
  )

  it(
    'starts measuring again with each doubt, but not when a doubt is reported twice',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -c-d-0-c-d-1-d-2', peer)
      const expected = '        -A-I---B-I-----C'
      expectHealth({ env, expectObservable }, { peer$ }).toBe(expected)
    }),
  )

  it(
    'reports each change once',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -cc-dtd--tc-c-', peer)
      const expected = '        -A--I-----B---'
      expectHealth({ env, expectObservable }, { peer$ }).toBe(expected)
    }),
  )

  it(
    'treats a lost connection, or a newly opened one, as an interruption',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -c-----c-----c-', peer)
      const peerClosed$ = hot('   ---0----------', epochs)
      const opened$ = hot('     -----1---2----', epochs)
      const expected = '        -A-I---B-I---C-'
      expectHealth({ env, expectObservable }, { peer$, peerClosed$, opened$ }).toBe(expected)
    }),
  )

  it(
    'treats an orderly close as the end of a connected call, and as an interruption after a second',
    marbleTest(({ hot, env, expectObservable }) => {
      const state$ = new BehaviorSubject(connected)
      const peer$ = hot('       -c', peer)
      const peerClosed$ = hot('   ---0', epochs)
      const expected = '        -A 1001ms I'
      const sources = { state$, peer$, peerClosed$ }
      expectHealth({ env, expectObservable }, sources).toBe(expected)
      expectHealth({ env, expectObservable }, sources, '- 1001ms !').toBe('-A')
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
      expectHealth({ env, expectObservable }, { state$, peer$, peerClosed$ }).toBe('-A-(I1)', {
        1: { type: 'command', epoch: 0, command: { type: 'replace', error: errorOf('connection-failed') } },
      })
      expectHealth({ env, expectObservable }, { state$, peer$, peerClosed$: closed$, opened$ }).toBe('-A---I')
    }),
  )

  it(
    'does not connect an answered call over a connection that the other side has closed',
    marbleTest(({ hot, env, expectObservable }) => {
      const state$ = hot('      k------', { k: alerting })
      const peer$ = hot('       -c-----', peer)
      const peerClosed$ = hot('   ---0---', epochs)
      const answered$ = hot('   -----a-', {})
      const expected = '        -A-I-I-'
      expectHealth({ env, expectObservable }, { state$, peer$, peerClosed$, answered$ }).toBe(expected)
    }),
  )

  it(
    'depends on the whole connection, not on ICE alone, and leaves a closed one to `teardown`',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -k-j-x-', peer)
      const expected = '        -------'
      expectHealth({ env, expectObservable }, { peer$ }).toBe(expected)
    }),
  )

  it(
    'reports again a connection that was up before the answer, and none that was not',
    marbleTest(({ hot, env, expectObservable }) => {
      const answered$ = hot('   a---a--a--', {})
      const peer$ = hot('       --c--d---c-', peer)
      const expected = '        --A-BI-I-C-'
      expectHealth({ env, expectObservable }, { peer$, answered$ }).toBe(expected)
    }),
  )
})
