import type { Recovery } from 'rxcall'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { timeLeft } from '../../src/ui/streams/time-left.ts'

const trying = (until: number): Recovery => ({ problem: 'disconnected', step: 'wait', attempt: 1, until })
const seconds = { u: undefined, 1: 1, 2: 2, 3: 3 }

function marbles(
  test: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0], now: TestScheduler) => void,
) {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
  scheduler.run((helpers) => test(helpers, scheduler))
}

describe('the time left for the present recovery step', () => {
  it('counts down in seconds, and is then undefined', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
      const recovery$ = hot('  n r', { n: null, r: trying(2501) })
      const expected = '       u 3 499ms 2 999ms 1 999ms u'
      expectObservable(timeLeft(recovery$, scheduler), '^ 5s !').toBe(expected, seconds)
      expectSubscriptions(recovery$.subscriptions).toBe('^ 5s !')
    })
  })

  it('starts over with each step, and ends with the last', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const recovery$ = hot('  r 1499ms     s 700ms n', { n: null, r: trying(2000), s: trying(3500) })
      const expected = '       2 999ms 1 499ms 2 700ms u'
      expectObservable(timeLeft(recovery$, scheduler)).toBe(expected, seconds)
    })
  })

  it('is empty when the time has already passed', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const recovery$ = hot('--r', { r: trying(1) })
      expectObservable(timeLeft(recovery$, scheduler)).toBe('--u', seconds)
    })
  })
})
