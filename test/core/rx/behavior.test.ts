import { BehaviorSubject, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { select, withLatest } from '../../../src/core/rx/behavior.ts'
import { marbleTest } from '../support/marble-test.ts'

describe('select', () => {
  it('emits its part on subscribing, and then each change', () => {
    const state$ = new BehaviorSubject({ name: 'a', count: 0 })
    const seen: string[] = []
    select(state$, ({ name }) => name).subscribe({
      next: (name) => seen.push(name),
      complete: () => seen.push('complete'),
    })
    state$.next({ name: 'a', count: 1 })
    state$.next({ name: 'b', count: 1 })
    state$.complete()
    expect(seen).toEqual(['a', 'b', 'complete'])
  })

  it('has the current value, without a subscription', () => {
    const state$ = new BehaviorSubject({ count: 0 })
    const count$ = select(state$, ({ count }) => count)
    state$.next({ count: 7 })
    expect(count$.value).toBe(7)
    expect(state$.observed).toBe(false)
  })

  it('releases its source when unsubscribed, and errors when it errors', () => {
    const state$ = new BehaviorSubject(0)
    select(state$, (value) => value)
      .subscribe()
      .unsubscribe()
    expect(state$.observed).toBe(false)
    const errors: unknown[] = []
    select(state$, (value) => value).subscribe({ error: (thrown: unknown) => errors.push(thrown) })
    state$.error('broken')
    expect(errors).toEqual(['broken'])
  })
})

describe('withLatest', () => {
  it('reads a Behavior without subscribing to it', () => {
    const state$ = new BehaviorSubject(1)
    const event$ = new Subject<string>()
    const seen: unknown[] = []
    event$.pipe(withLatest(state$)).subscribe((pair) => seen.push(pair))
    expect(state$.observed).toBe(false)
    event$.next('a')
    state$.next(2)
    event$.next('b')
    expect(seen).toEqual([
      ['a', 1],
      ['b', 2],
    ])
  })

  it(
    'waits for the first value of any other stream, as withLatestFrom does',
    marbleTest(({ cold, expectObservable }) => {
      const event$ = cold('a-b-c', { a: 'a', b: 'b', c: 'c' })
      const state$ = cold('-1-2-')
      expectObservable(event$.pipe(withLatest(state$))).toBe('--x-y', { x: ['b', '1'], y: ['c', '2'] })
    }),
  )
})
