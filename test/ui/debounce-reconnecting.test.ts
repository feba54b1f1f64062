import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import type { CallState } from 'rxcall'
import { debounceReconnecting } from '../../src/ui/streams/debounce-reconnecting.ts'

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
  e: { ...call, phase: 'ended', at: 0, reason: 'hung-up', by: 'remote' },
} satisfies Record<string, CallState>
const marbles = (test: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test)

describe('debounceReconnecting', () => {
  it('hides an interruption that ends, or ends the call, within 1.2 s', () => {
    marbles(({ hot, expectObservable }) => {
      const state$ = hot('  c r 1198ms c r 1198ms e', states)
      const expected = '    c - 1198ms c - 1198ms e'
      expectObservable(debounceReconnecting(state$)).toBe(expected, states)
    })
  })

  it('shows an interruption that lasts, and its end at once', () => {
    marbles(({ hot, expectObservable }) => {
      const state$ = hot('  c r  1500ms c', states)
      const expected = '    c  1200ms r 300ms c'
      expectObservable(debounceReconnecting(state$)).toBe(expected, states)
    })
  })

  it('shows an interruption at once to a late subscriber, and nothing after unsubscribing', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      expectObservable(debounceReconnecting(cold('r', states))).toBe('r', states)
      const state$ = hot('  c-r', states)
      expectObservable(debounceReconnecting(state$), '^--!').toBe('c', states)
      expectSubscriptions(state$.subscriptions).toBe('^--!')
    })
  })
})
