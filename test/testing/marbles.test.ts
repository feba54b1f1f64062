import { from, map, of, switchMap, timer } from 'rxjs'
import { expect, it } from 'vitest'
import { virtualId } from '../../src/testing/index.ts'
import { marbleTest } from '../core/support/marble-test.ts'

it(
  'has env live in the virtual time of the marbles',
  marbleTest(({ env, hot, expectObservable }) => {
    const asked$ = hot('  --a--', { a: 0 })
    const answer$ = asked$.pipe(
      switchMap(() => timer(2, env.scheduler)),
      map(() => [env.scheduler.now(), env.id(), env.id()]),
    )
    expectObservable(answer$).toBe('----b', { b: [4, virtualId(1), virtualId(2)] })
  }),
)

it('fails where the values differ', () => {
  const wrong = marbleTest(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 2 }))
  expect(wrong).toThrow()
})

it('refuses a test that expects nothing', () => {
  expect(marbleTest(() => undefined)).toThrow('expects nothing')
})

it('refuses a test over a promise, which would see nothing and pass', () => {
  const blind = marbleTest(({ expectObservable }) => expectObservable(from(Promise.resolve(1))).toBe(''))
  expect(blind).toThrow('subscribed to a Promise')
})

it('refuses an asynchronous test', () => {
  const late = marbleTest(async ({ expectObservable }) => {
    expectObservable(of(1)).toBe('(a|)', { a: 1 })
    await Promise.resolve()
  })
  expect(late).toThrow('must not be async')
})

it('leaves Promise as it was', () => {
  const then = Object.getOwnPropertyDescriptor(Promise.prototype, 'then')
  marbleTest(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 1 }))()
  expect(Object.getOwnPropertyDescriptor(Promise.prototype, 'then')).toEqual(then)
})
