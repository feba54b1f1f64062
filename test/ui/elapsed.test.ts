import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import type { CallState } from 'rxcall'
import { duration, elapsed } from '../../src/ui/streams/elapsed.ts'
import { formatElapsed } from '../../src/ui/text/elapsed.ts'

const call = {
  callId: '0'.repeat(32),
  role: 'caller',
  remote: { user: 'bob' },
  media: { audio: true, video: true },
} as const
const states: Record<string, CallState> = {
  i: { phase: 'idle' },
  c: { ...call, phase: 'connected', since: 0 },
  r: { ...call, phase: 'reconnecting', since: 0 },
  e: { ...call, phase: 'ended', at: 0, reason: 'hung-up', by: 'local', since: 0 },
  n: { ...call, phase: 'ended', at: 0, reason: 'declined', by: 'remote' },
}
const marbles = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))

it.each([
  [-5, '00:00'],
  [0, '00:00'],
  [999, '00:00'],
  [61_000, '01:01'],
  [3_599_999, '59:59'],
  [3_600_000, '1:00:00'],
  [36_061_000, '10:01:01'],
])('shows %i ms as %s', (ms, clock) => {
  expect(formatElapsed(ms)).toBe(clock)
})

describe('the time of a call', () => {
  it('is emitted at once, and then with each full second until the call ends', () => {
    const scheduler = marbles()
    scheduler.run(({ hot, expectObservable, expectSubscriptions }) => {
      const state$ = hot('  i 399ms c 1499ms r 599ms e', states)
      const expected = '    i 399ms a 599ms b 999ms c 499ms i'
      const values = { i: undefined, a: 400, b: 1000, c: 2000 }
      expectObservable(elapsed(state$, scheduler)).toBe(expected, values)
      expectSubscriptions(state$.subscriptions).toBe('^')
    })
  })

  it('stops ticking when unsubscribed', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const state$ = cold('c', states)
      expectObservable(elapsed(state$, scheduler), '^ 1500ms !').toBe('a 999ms b', { a: 0, b: 1000 })
    })
  })

  it('is kept as the duration after the end, if the call was ever connected', () => {
    const scheduler = marbles()
    scheduler.run(({ hot, expectObservable }) => {
      const state$ = hot('c 999ms e 999ms n', states)
      expectObservable(duration(state$, scheduler)).toBe('n 999ms d 999ms n', { n: undefined, d: 1000 })
    })
  })
})
