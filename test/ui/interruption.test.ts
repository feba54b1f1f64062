import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import type { CallState } from 'rxcall'
import { calm } from '../../src/ui/streams/calm.ts'

const call = {
  callId: '0'.repeat(32),
  role: 'caller',
  remote: { user: 'bob' },
  media: { audio: true, video: true },
} as const
const states = {
  i: { phase: 'idle' },
  c: { ...call, phase: 'connected', since: 0 },
  r: { ...call, phase: 'reconnecting', since: 0 },
  e: { ...call, phase: 'ended', reason: 'hung-up', by: 'remote' },
} satisfies Record<string, CallState>
const marbles = (test: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test)

describe('an interruption of a call', () => {
  it('is not shown where the call ends, or goes on, within 1.2 s', () => {
    marbles(({ hot, expectObservable }) => {
      const state$ = hot('  c r 1198ms c r 1198ms e', states)
      const expected = '    c - 1198ms c - 1198ms e'
      expectObservable(calm(state$)).toBe(expected, states)
    })
  })

  it('is shown when it lasts, and over the moment that it is', () => {
    marbles(({ hot, expectObservable }) => {
      const state$ = hot('  c r  1500ms c', states)
      const expected = '    c  1200ms r 300ms c'
      expectObservable(calm(state$)).toBe(expected, states)
    })
  })

  it('is shown at once to who comes only then, and not at all to who goes', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      expectObservable(calm(cold('r', states))).toBe('r', states)
      const state$ = hot('  c-r', states)
      expectObservable(calm(state$), '^--!').toBe('c', states)
      expectSubscriptions(state$.subscriptions).toBe('^--!')
    })
  })
})
