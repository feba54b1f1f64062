import { map } from 'rxjs'
import { describe, it } from 'vitest'
import { awakeTimer } from '../../../src/core/rx/awake-timer.ts'
import { marbleTest } from '../support/marble-test.ts'
import { pendingTimers } from '../support/pending-timers.ts'
import { sleeping } from '../support/sleeping.ts'

const marked = map(() => 't')

describe('awakeTimer', () => {
  it.each([
    [0, '(t|)'],
    [300, '300ms (t|)'],
    [1_000, '1s (t|)'],
    [2_500, '2500ms (t|)'],
    [30_000, '30s (t|)'],
  ])('emits once, after %i ms, and completes', (ms, expected) => {
    marbleTest(({ env, expectObservable }) => {
      expectObservable(awakeTimer(ms, env.scheduler).pipe(marked)).toBe(expected)
    })()
  })

  it(
    'counts only a second while the client sleeps',
    marbleTest((tools) => {
      const { scheduler } = sleeping(tools, '1200ms f 59799ms t')
      const expected = '                     63s (t|)'
      tools.expectObservable(awakeTimer(3_500, scheduler).pipe(marked)).toBe(expected)
    }),
  )

  it(
    'leaves no timer behind when it has emitted or is unsubscribed',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const timer$ = awakeTimer(1_500, timers.scheduler).pipe(marked)
      expectObservable(timer$).toBe('              1500ms (t|)')
      expectObservable(timer$, '       900ms !').toBe('-')
      const pending$ = cold('800ms p 199ms p 599ms p').pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe('800ms p 199ms q 599ms r', { p: 2, q: 1, r: 0 })
    }),
  )
})
