import { from, map, of, switchMap, takeUntil, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { marbles, virtualId } from '../../src/testing/index.ts'
import { marbleTest } from '../core/support/marble-test.ts'

it(
  'provides an env in the virtual time of the marbles',
  marbleTest(({ env, hot, expectObservable }) => {
    const asked$ = hot('  --a--', { a: 0 })
    const answer$ = asked$.pipe(
      switchMap(() => timer(2, env.scheduler)),
      map(() => [env.scheduler.now(), env.id(), env.id()]),
    )
    expectObservable(answer$).toBe('----b', { b: [4, virtualId(1), virtualId(2)] })
  }),
)

it('fails when the values differ', () => {
  const wrong = marbleTest(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 2 }))
  expect(wrong).toThrow()
})

it('refuses a test that expects nothing', () => {
  expect(marbleTest(() => undefined)).toThrow('expects nothing')
})

describe('expectReleased', () => {
  const fail = (actual: unknown) => {
    throw new Error(String(actual))
  }

  it(
    'passes if every subscription has ended by then, however many there were',
    marbleTest(({ cold, expectReleased }) => {
      const source$ = cold('--a--')
      for (const end of [1, 3]) source$.pipe(takeUntil(cold('-'.repeat(end) + 'x'))).subscribe()
      expectReleased(source$).by('---!')
    }),
  )

  it('fails if a subscription outlives the moment', () => {
    const late = marbles(fail, ({ cold, expectReleased }) => {
      const [early$, late$] = [cold('--a--'), cold('--a--')]
      early$.pipe(takeUntil(cold('---x'))).subscribe()
      late$.pipe(takeUntil(cold('----x'))).subscribe()
      expectReleased(early$, late$).by('---!')
    })
    expect(late).toThrow('source 2 is held until 4, not 3')
  })

  it('fails if a subscription never ends', () => {
    const held = marbles(fail, ({ cold, expectReleased }) => {
      const source$ = cold('--a--')
      source$.subscribe()
      expectReleased(source$).by('---!')
    })
    expect(held).toThrow('source 1 is held until Infinity, not 3')
  })

  it('refuses a source that was never subscribed to', () => {
    const unused = marbleTest(({ cold, expectReleased }) => expectReleased(cold('-')).by('---!'))
    expect(unused).toThrow('source 1 was never subscribed to')
  })

  it('refuses a moment without an end', () => {
    const open = marbleTest(({ cold, expectReleased }) => expectReleased(cold('-')).by('^---'))
    expect(open).toThrow('no "!"')
  })
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

it('restores Promise', () => {
  const then = Object.getOwnPropertyDescriptor(Promise.prototype, 'then')
  marbleTest(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 1 }))()
  expect(Object.getOwnPropertyDescriptor(Promise.prototype, 'then')).toEqual(then)
})
