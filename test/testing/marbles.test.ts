import { from, map, of, switchMap, takeUntil, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { marbles, virtualId, type AssertEqual, type MarbleTools } from '../../src/testing/index.ts'
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

/** As a page's window from another origin. */
const unreadable = {
  get value() {
    throw new Error('no access')
  },
}

describe('a failed expectation', () => {
  const failureOf = (test: (tools: MarbleTools) => unknown, assertEqual: AssertEqual = strictly): unknown => {
    try {
      marbles(assertEqual, test)()
    } catch (error) {
      return error
    }
    return undefined
  }
  const strictly: AssertEqual = (actual, expected) => {
    expect(actual).toEqual(expected)
  }

  it('draws both streams with the letters of the test, and has the failed assertion as its cause', () => {
    const error = failureOf(({ cold, expectObservable }) => {
      expectObservable(of(1)).toBe('(x|)', { x: 1 })
      expectObservable(cold('-a--c', { a: { n: 1 }, c: { n: 3 } })).toBe('-p--q', {
        p: { n: 1 },
        q: { n: 2 },
      })
    })
    expect(error).toMatchObject({
      message: [
        'the streams differ at 4 ms: expected q, got a',
        'expected  -p--q',
        'actual    -p--a',
        '              ^',
        'p = { n: 1 }',
        'q = { n: 2 }',
        'a = { n: 3 }',
      ].join('\n'),
      cause: { name: 'AssertionError', expected: [{ frame: 1 }, { frame: 4 }] },
    })
  })

  it('has the letters of inner Observables, too', () => {
    const error = failureOf(({ cold, expectObservable }) => {
      const [x, y] = [cold('-a|'), cold('--a|')]
      expectObservable(cold('-x', { x })).toBe('-y', { y })
    })
    expect(error).toHaveProperty('message', expect.stringContaining('expected y, got a\n'))
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining('y = a stream of "a" at 2 ms, completion at 3 ms'),
    )
  })

  it('draws subscriptions', () => {
    const error = failureOf(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-a')
      expectObservable(source$, '^----!').toBe('-a')
      expectSubscriptions(source$.subscriptions).toBe('^--!')
    })
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining('number 1 ends at 5 ms, expected at 3 ms'),
    )
    expect(error).toHaveProperty('cause.name', 'AssertionError')
  })

  it('agrees with an assertion that compares loosely', () => {
    const error = failureOf(
      ({ cold, expectObservable }) =>
        expectObservable(cold('-a-b', { a: { n: 1, id: 7 }, b: { n: 2, id: 8 } })).toBe('-a-b', {
          a: { n: 1 },
          b: { n: expect.any(String) as unknown },
        }),
      (actual, expected) => {
        expect(actual).toMatchObject(expected as object)
      },
    )
    expect(error).toHaveProperty('message', expect.stringContaining('differ at 3 ms: expected b, got c'))
  })

  it.each<[string, (list: readonly unknown[]) => boolean, unknown]>([
    ['each notification is as expected', (list) => list.length === 1, 1],
    ['a value cannot be read', () => false, unreadable],
  ])('throws what the assertion threw when %s', (_, passes, value) => {
    const thrown = new Error('as the assertion reports it')
    const error = failureOf(
      ({ expectObservable }) => {
        expectObservable(of(value)).toBe('(a|)', { a: value })
      },
      (actual) => {
        if (!passes(actual as readonly unknown[])) throw thrown
      },
    )
    expect(error).toBe(thrown)
  })
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
