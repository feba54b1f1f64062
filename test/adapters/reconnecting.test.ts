import { TestScheduler } from 'rxjs/testing'
import { defer, NEVER, type Observable, type ObservableInput } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { reconnectDelay, reconnecting } from '../../src/adapters/socket-io/reconnecting.ts'
import { CallError } from '../../src/core/errors.ts'

const lost = new CallError('relay-unreachable', 'lost')
const taken = new CallError('name-taken', 'taken')

describe('reconnectDelay', () => {
  it('waits 0, 0.3, 1.2, 2.7, 4.8 and from then on 7 s', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 1000].map((failures) => reconnectDelay(failures, 0))
    expect(waits).toEqual([0, 300, 1200, 2700, 4800, 7000, 7000, 7000])
  })

  it('adds up to 30 % at random to every wait but the first', () => {
    expect([0, 1, 5].map((failures) => reconnectDelay(failures, 1))).toEqual([0, 390, 9100])
    expect(reconnectDelay(5, 0.5)).toBe(8050)
  })
})

describe('reconnecting', () => {
  /** A function that makes a reconnecting session of the sources, the n-th subscription taking the n-th of them. */
  function run(
    test: (
      tools: Parameters<Parameters<TestScheduler['run']>[0]>[0] & {
        sessions: typeof sessions
        sessionsWith: typeof sessionsWith
      },
    ) => void,
  ) {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
    sessions = (...sources) => sessionsWith({ wake$: NEVER }, ...sources)
    sessionsWith = ({ wake$ }, ...sources) => {
      let tries = 0
      return reconnecting(
        defer(() => sources[Math.min(tries++, sources.length - 1)] ?? []),
        {
          scheduler,
          random: () => 0,
          stableMs: 10_000,
          succeeded: (value) => value === 'o',
          final: (error, succeededBefore) => error.code === 'name-taken' && !succeededBefore,
          slow: (error) => error.code === 'name-taken',
          wake$,
          lost: (error) => error.message,
        },
      )
    }
    scheduler.run((helpers) => test({ ...helpers, sessions, sessionsWith }))
  }
  let sessionsWith: (
    options: { readonly wake$: Observable<unknown> },
    ...sources: ObservableInput<string>[]
  ) => ReturnType<typeof reconnecting<string>>
  let sessions: (...sources: ObservableInput<string>[]) => ReturnType<typeof reconnecting<string>>

  it('tries again after each failure, on schedule, and emits each loss at once', () => {
    run(({ cold, expectObservable, sessions }) => {
      const fails = cold<string>('#', undefined, lost)
      const waits = '(ll) 296ms l 1199ms l 2699ms l 4799ms l 6999ms l 6999ms l'
      expectObservable(sessions(fails), '25s !').toBe(waits, { l: 'lost' })
    })
  })

  it('tries again with the longest wait when a loss is final only for a first claim, and then as before', () => {
    run(({ cold, expectObservable, sessions }) => {
      const held = cold<string>('o#', undefined, lost)
      const refused = cold<string>('#', undefined, taken)
      const fails = cold<string>('#', undefined, lost)
      const tries = sessions(held, refused, refused, fails, cold('o'))
      expectObservable(tries, '1m !').toBe('o(lt) 6996ms t 6999ms l 299ms o', {
        o: 'o',
        l: 'lost',
        t: 'taken',
      })
    })
  })

  it('unsubscribes from the session, or ends the wait, when unsubscribed', () => {
    run(({ cold, expectObservable, expectSubscriptions, sessions }) => {
      const first = cold<string>(' o#', undefined, lost)
      const second = cold<string>('o-')
      expectObservable(sessions(first, second), '^ 5ms !').toBe('o(lo)', { o: 'o', l: 'lost' })
      expectSubscriptions(first.subscriptions).toBe('^!')
      expectSubscriptions(second.subscriptions).toBe('-^ 4ms !')
    })
  })

  it('does not subscribe again when unsubscribed during a wait', () => {
    run(({ cold, expectObservable, expectSubscriptions, sessions }) => {
      const fails = cold<string>('#', undefined, lost)
      expectObservable(sessions(fails), '^ 99ms !').toBe('(ll)', { l: 'lost' })
      expectSubscriptions(fails.subscriptions).toBe(['(^!)', '(^!)'])
    })
  })

  it('starts the waits over after a connection that lasted', () => {
    run(({ cold, expectObservable, sessions }) => {
      const fails = cold<string>('  #', undefined, lost)
      const lasts = cold<string>('  o 9999ms #', undefined, lost)
      const open = cold<string>('   o')
      // It fails at 0 and at once again, waits 300 ms, and is online for 10 s. After the loss it tries again at once.
      expectObservable(sessions(fails, fails, lasts, open), '^ 20s !').toBe('(ll) 296ms o 9999ms (lo)', {
        l: 'lost',
        o: 'o',
      })
    })
  })

  it('does not start the waits over after a short connection, as with a rival of the same secret', () => {
    run(({ cold, expectObservable, sessions }) => {
      const short = cold<string>('o 9998ms #', undefined, lost)
      // 0 ms, 300 ms, 1200 ms: each time longer.
      expectObservable(sessions(short), '^ 31500ms !').toBe(
        'o 9998ms (lo) 9995ms l 299ms o 9998ms l 1199ms o',
        { l: 'lost', o: 'o' },
      )
    })
  })

  it('errors when another try would be pointless, without trying again', () => {
    run(({ cold, expectObservable, expectSubscriptions, sessions }) => {
      const refused = cold<string>('--#', undefined, taken)
      expectObservable(sessions(refused)).toBe('--#', undefined, taken)
      expectSubscriptions(refused.subscriptions).toBe('^-!')
    })
  })

  describe('on wake$', () => {
    it('tries at once, and then with the waits from the start', () => {
      run(({ cold, expectObservable, sessionsWith }) => {
        const fails = cold<string>('#', undefined, lost)
        const wake$ = cold('20s w')
        const waits = '(ll) 296ms l 1199ms l 2699ms l 4799ms l 6999ms l 3999ms l 299ms l 1199ms l'
        expectObservable(sessionsWith({ wake$ }, fails), '22s !').toBe(waits, { l: 'lost' })
      })
    })

    it('tries at once after its name was taken', () => {
      run(({ cold, expectObservable, sessionsWith }) => {
        const held = cold<string>('o#', undefined, lost)
        const refused = cold<string>('#', undefined, taken)
        const wake$ = cold('  ---------w')
        const expected = '    o(lt)----o'
        const tries = sessionsWith({ wake$ }, held, refused, cold('o'))
        expectObservable(tries, '30s !').toBe(expected, { o: 'o', l: 'lost', t: 'taken' })
      })
    })

    it('tries at most once a second', () => {
      run(({ cold, expectObservable, sessionsWith }) => {
        const fails = cold<string>('#', undefined, lost)
        const wake$ = cold(`  12s ${'w'.repeat(1_500)}`)
        const waits = '       (ll) 296ms l 1199ms l 2699ms l 4799ms l'
        const woken = '       2999ms l 299ms l 700ms l 299ms l 1199ms l'
        expectObservable(sessionsWith({ wake$ }, fails), '14600ms !').toBe(`${waits} ${woken}`, { l: 'lost' })
      })
    })

    it('leaves a running session alone', () => {
      run(({ cold, expectObservable, expectSubscriptions, sessionsWith }) => {
        const only = cold<string>('o')
        expectObservable(sessionsWith({ wake$: cold('5s w') }, only), '9s !').toBe('o')
        expectSubscriptions(only.subscriptions).toBe('^ 8999ms !')
      })
    })

    it('replaces a try that has hung for a second, and no other', () => {
      run(({ cold, expectObservable, expectSubscriptions, sessionsWith }) => {
        const hangs = cold<string>('-')
        const wake$ = cold('             999ms w 1s w')
        const expected = '               2s o'
        expectObservable(sessionsWith({ wake$ }, hangs, cold('o')), '3s !').toBe(expected)
        expectSubscriptions(hangs.subscriptions).toBe('^ 1999ms !')
      })
    })

    it('continues after wake$ completed or failed, and releases it when unsubscribed', () => {
      run(({ cold, expectObservable, expectSubscriptions, sessionsWith }) => {
        const fails = cold<string>('#', undefined, lost)
        for (const wake$ of [cold('-|'), cold('-#')])
          expectObservable(sessionsWith({ wake$ }, fails), '1s !').toBe('(ll) 296ms l', { l: 'lost' })
        const wake$ = cold('-')
        expectObservable(sessionsWith({ wake$ }, cold('o')), '---!').toBe('o')
        expectSubscriptions(wake$.subscriptions).toBe('^--!')
      })
    })
  })
})
