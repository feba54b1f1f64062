import { EMPTY, Observable, of, take, tap, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { eventBus, shareByType } from '../../../src/core/rx/event-bus.ts'
import { ofType } from '../../../src/core/rx/operators.ts'
import { marbleTest } from '../support/marble-test.ts'

const values = { a: { type: 'a' }, b: { type: 'b' }, c: { type: 'c' } }

describe('shareByType', () => {
  it(
    'passes each listener the types that it requested, with one subscription to the source',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('abca|', values)
      const shared$ = shareByType(source$)
      expectObservable(shared$).toBe('abca|', values)
      expectObservable(shared$.pipe(ofType('a'))).toBe('a--a|', values)
      expectObservable(shared$.pipe(ofType('a', 'c'))).toBe('a-ca|', values)
      expectSubscriptions(source$.subscriptions).toBe('^---!')
    }),
  )

  it(
    'unsubscribes from the source with the last listener, and subscribes again with the next one',
    marbleTest(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot('-a-b-a-b-', values)
      const shared$ = shareByType(source$)
      expectObservable(shared$.pipe(ofType('a')), '^-!').toBe('-a', values)
      expectObservable(shared$.pipe(ofType('b')), '^---!').toBe('---b', values)
      expectObservable(shared$, '      -----^--!').toBe('-----a-b', values)
      expectSubscriptions(source$.subscriptions).toBe(['^---!', '-----^--!'])
    }),
  )

  it(
    'errors each listener when the source errors',
    marbleTest(({ cold, expectObservable }) => {
      const shared$ = shareByType(cold('a#', values))
      expectObservable(shared$).toBe('a#', values)
      expectObservable(shared$.pipe(ofType('b'))).toBe('-#', values)
    }),
  )

  it('passes on a source that completes or fails at once', () => {
    const ends: string[] = []
    shareByType<{ type: string }>(EMPTY).subscribe({ complete: () => ends.push('complete') })
    shareByType(throwError(() => 'broken')).subscribe({
      error: (thrown: unknown) => ends.push(String(thrown)),
    })
    expect(ends).toEqual(['complete', 'broken'])
  })

  it('releases a source whose first value already satisfies its only listener', () => {
    let isReleased = false
    const source$ = new Observable<{ type: string }>((subscriber) => {
      subscriber.next(values.a)
      return () => (isReleased = true)
    })
    shareByType(source$).pipe(take(1)).subscribe()
    expect(isReleased).toBe(true)
  })

  it('passes an event to those who listened when it came, whatever they subscribe to meanwhile', () => {
    const bus = eventBus<{ type: string }>()
    const seen: string[] = []
    const listen = (name: string, meanwhile = () => undefined as unknown) =>
      bus.event$.pipe(ofType('a'), tap(meanwhile)).subscribe(() => seen.push(name))
    listen('first', () => listen('later'))
    bus.next(values.a)
    expect(seen).toEqual(['first'])
  })
})

it('passes on what a source emits at once', () => {
  const seen: unknown[] = []
  shareByType(of(values.a, values.b)).subscribe({
    next: (value) => seen.push(value),
    complete: () => seen.push('complete'),
  })
  expect(seen).toEqual([values.a, values.b, 'complete'])
})
