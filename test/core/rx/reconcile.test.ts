import { of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { reconcile } from '../../../src/core/rx/reconcile.ts'
import { marbleTest } from '../support/marble-test.ts'

const lists: Record<string, readonly string[]> = { n: [], a: ['a'], b: ['b'], x: ['a', 'b'], y: ['b', 'a'] }
const key = (item: string) => item

describe('reconcile', () => {
  it(
    'opens new items of the list, keeps remaining ones, and closes missing ones',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const items$ = hot('      -a--x--y--b--n--', lists)
      const a$ = cold('          -1----2----3---')
      const b$ = cold('             --4---5---6-')
      const expected = '        --1---42--5-----'
      const openA = '           -^--------!-----'
      const openB = '           ----^--------!--'
      expectObservable(items$.pipe(reconcile(key, (item) => (item === 'a' ? a$ : b$)))).toBe(expected)
      expectSubscriptions(a$.subscriptions).toBe(openA)
      expectSubscriptions(b$.subscriptions).toBe(openB)
    }),
  )

  it(
    'opens an item again when it returns, and continues when a resource or the list completes',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const items$ = hot('      a--n--a--x-----|', lists)
      const a$ = cold('         -1|')
      const b$ = cold('                  ----2|')
      const expected = '        -1-----1-----2-|'
      expectObservable(items$.pipe(reconcile(key, (item) => (item === 'a' ? a$ : b$)))).toBe(expected)
      expectSubscriptions(a$.subscriptions).toBe(['^-!', '------^-!'])
      expectSubscriptions(b$.subscriptions).toBe('---------^----!')
    }),
  )

  it(
    'closes everything when unsubscribed, and errors when a resource errors',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const items$ = hot('      -x-----', lists)
      const a$ = cold('          ---1-')
      const b$ = cold('          --#')
      const leave = '           ---!'
      expectObservable(items$.pipe(reconcile(key, () => a$)), leave).toBe('----')
      expectObservable(items$.pipe(reconcile(key, (item) => (item === 'a' ? a$ : b$)))).toBe('---#')
      expectSubscriptions(a$.subscriptions).toBe(['-^-!', '-^-!', '-^-!'])
      expectSubscriptions(items$.subscriptions).toBe(['^--!', '^--!'])
    }),
  )
})

it('opens nothing of a list that its first resource has already replaced', () => {
  const items$ = new Subject<readonly string[]>()
  const opened: string[] = []
  items$
    .pipe(
      reconcile(key, (item) => {
        opened.push(item)
        return of(item)
      }),
    )
    .subscribe(() => items$.next([]))
  items$.next(['a', 'b'])
  expect(opened).toEqual(['a'])
})
