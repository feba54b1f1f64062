import { map, range } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { backoff, batch, holdUntil, ofType, sparsely } from '../../../src/core/rx/operators.ts'
import { marbleTest } from '../support/marble-test.ts'
import { pendingTimers } from '../support/pending-timers.ts'

describe('ofType', () => {
  const values = { a: { type: 'offer' }, b: { type: 'answer' }, c: { type: 'candidates' } } as const

  it(
    'passes on only the given types, and completes when the source does',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const event$ = cold('     -a-b-c-b-|', values)
      const expected = '        -a-b---b-|'
      const subscribed = '      ^--------!'
      expectObservable(event$.pipe(ofType('offer', 'answer'))).toBe(expected, values)
      expectSubscriptions(event$.subscriptions).toBe(subscribed)
    }),
  )

  it(
    'passes an error on',
    marbleTest(({ cold, expectObservable }) => {
      expectObservable(cold('-b-a-#', values).pipe(ofType('offer'))).toBe('---a-#', values)
    }),
  )

  it(
    'releases the source when unsubscribed',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const event$ = cold('     -a-a-a-', values)
      const leave = '           ----!'
      const expected = '        -a-a-'
      expectObservable(event$.pipe(ofType('offer')), leave).toBe(expected, values)
      expectSubscriptions(event$.subscriptions).toBe('^---!')
    }),
  )
})

describe('holdUntil', () => {
  it(
    'releases the buffer in order when the gate opens, and then passes values on at once',
    marbleTest(({ hot, expectObservable }) => {
      const source$ = hot('     -a-b-----c-d-|')
      const open$ = hot('       -----o--------')
      const expected = '        -----(ab)c-d-|'
      expectObservable(source$.pipe(holdUntil(open$, 9))).toBe(expected)
    }),
  )

  it(
    'completes when the source has completed and the gate has opened, without losing the buffer',
    marbleTest(({ hot, expectObservable }) => {
      const source$ = hot('     -a-|')
      const open$ = hot('       ------o-')
      const expected = '        ------(a|)'
      expectObservable(source$.pipe(holdUntil(open$, 9))).toBe(expected)
    }),
  )

  it(
    'never opens when the gate completes without emitting',
    marbleTest(({ hot, expectObservable }) => {
      const source$ = hot('     -a-b---|')
      const open$ = hot('       ---|')
      const expected = '        -------|'
      expectObservable(source$.pipe(holdUntil(open$, 9))).toBe(expected)
    }),
  )

  it(
    'opens once: a second opening repeats nothing, and the gate is released',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source$ = hot('     -a-----b-')
      const open$ = cold('      ---o-o---o')
      const opened = '          ^--!'
      const expected = '        ---a---b-'
      expectObservable(source$.pipe(holdUntil(open$, 9))).toBe(expected)
      expectSubscriptions(open$.subscriptions).toBe(opened)
    }),
  )

  it(
    'buffers at most its limit, and drops the newest beyond that',
    marbleTest(({ hot, expectObservable }) => {
      const source$ = hot('     -abcd-----e-')
      const open$ = hot('       ------o-----')
      const expected = '        ------(ab)e-'
      expectObservable(source$.pipe(holdUntil(open$, 2))).toBe(expected)
    }),
  )

  it(
    'passes on an error of the source at once, and drops the buffer',
    marbleTest(({ hot, expectObservable }) => {
      const source$ = hot('     -a-#')
      const open$ = hot('       -----o')
      const expected = '        ---#'
      expectObservable(source$.pipe(holdUntil(open$, 9))).toBe(expected)
    }),
  )

  it(
    'releases source and gate when unsubscribed while closed',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('    -a-b-c-')
      const open$ = cold('      ------o')
      const leave = '           ----!'
      const subscribed = '      ^---!'
      expectObservable(source$.pipe(holdUntil(open$, 9)), leave).toBe('-----')
      expectSubscriptions(source$.subscriptions).toBe(subscribed)
      expectSubscriptions(open$.subscriptions).toBe(subscribed)
    }),
  )
})

describe('batch', () => {
  const lists = { a: ['a'], b: ['b'], c: ['c'], x: ['b', 'c', 'd'], y: ['e'] }

  it(
    'emits the first value at once, and gathers later ones for the given time',
    marbleTest(({ hot, env, expectObservable }) => {
      const value$ = hot('      -abcd-----e-')
      const expected = '        -a----x----y'
      expectObservable(value$.pipe(batch(5, env.scheduler))).toBe(expected, lists)
    }),
  )

  it(
    'emits a single value without waiting',
    marbleTest(({ hot, env, expectObservable }) => {
      const value$ = hot('      -a------b------c')
      const expected = '        -a------b------c'
      expectObservable(value$.pipe(batch(5, env.scheduler))).toBe(expected, lists)
    }),
  )

  it(
    'emits the rest when the source completes, and no empty list',
    marbleTest(({ hot, env, expectObservable }) => {
      const all = hot('         -a-b-|')
      const left = '            -a---(b|)'
      const one = hot('         -a---|')
      const none = '            -a---|'
      expectObservable(all.pipe(batch(9, env.scheduler))).toBe(left, lists)
      expectObservable(one.pipe(batch(2, env.scheduler))).toBe(none, lists)
    }),
  )

  it(
    'passes on an error at once',
    marbleTest(({ hot, env, expectObservable }) => {
      const value$ = hot('      -ab-#')
      const expected = '        -a--#'
      expectObservable(value$.pipe(batch(5, env.scheduler))).toBe(expected, lists)
    }),
  )

  it(
    'releases the source and drops the gathered values when unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectSubscriptions }) => {
      const value$ = cold('     -abc----')
      const leave = '           ----!'
      const expected = '        -a---'
      expectObservable(value$.pipe(batch(5, env.scheduler)), leave).toBe(expected, lists)
      expectSubscriptions(value$.subscriptions).toBe('^---!')
    }),
  )
})

describe('backoff', () => {
  it(
    'emits after the first delay, and then with doubled delays up to the longest, without end',
    marbleTest(({ env, expectObservable }) => {
      const leave = '           31ms !'
      const expected = '        --t---t------t------t------t'
      expectObservable(backoff(2, 7, env.scheduler).pipe(map(() => 't')), leave).toBe(expected)
    }),
  )

  it(
    'starts with the longest delay when that is not longer than the first',
    marbleTest(({ env, expectObservable }) => {
      expectObservable(backoff(3, 3, env.scheduler).pipe(map(() => 't')), '---------!').toBe('---t--t--')
    }),
  )

  it(
    'starts over for each subscriber, and ends its timer when unsubscribed',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const again$ = backoff(2, 9, timers.scheduler).pipe(map(() => 't'))
      expectObservable(again$, '    -----!').toBe('   --t--')
      expectObservable(again$, '---^------!').toBe('-----t---t')
      const pending$ = cold('       ----p-p----p').pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe('----p-q----r', { p: 2, q: 1, r: 0 })
    }),
  )
})

describe('sparsely', () => {
  const told = sparsely((value: string, count: number) => `${count} ${value}`)

  it(
    'emits the 1st, 10th and 100th value with the count, and completes when the source does',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const value$ = cold('     -abcdefghijklm-|')
      const expected = '        -a--------j----|'
      const subscribed = '      ^--------------!'
      expectObservable(value$.pipe(told)).toBe(expected, { a: '1 a', j: '10 j' })
      expectSubscriptions(value$.subscriptions).toBe(subscribed)
    }),
  )

  it('emits seven of a million', () => {
    const counts: number[] = []
    range(1, 1_000_000)
      .pipe(sparsely((_, count) => count))
      .subscribe((count) => counts.push(count))
    expect(counts).toEqual([1, 10, 100, 1_000, 10_000, 100_000, 1_000_000])
  })

  it(
    'counts separately for each subscriber, and releases the source when unsubscribed',
    marbleTest(({ hot, expectObservable, expectSubscriptions }) => {
      const value$ = hot('      -a-b-c-')
      const first = '           ^---!  '
      const later = '           --^----'
      expectObservable(value$.pipe(told), first).toBe('-a---', { a: '1 a' })
      expectObservable(value$.pipe(told), later).toBe('---b---', { b: '1 b' })
      expectSubscriptions(value$.subscriptions).toBe([first, later])
    }),
  )
})
