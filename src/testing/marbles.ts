import { TestScheduler, type RunHelpers } from 'rxjs/testing'
import type { Env } from '../core/ports/index.ts'
import type { AssertEqual } from './assert-equal.ts'
import { assertSameMarbles } from './marble-difference/assert-same-marbles.ts'

/** What a marble test works with: RxJS's run-mode helpers, and an `env` that lives in the same virtual time. */
export interface MarbleTools extends RunHelpers {
  /**
   * Pass this wherever an `Env` is needed. Its clock is the marble frame, and its ids count up from
   * {@link virtualId}(1).
   */
  readonly env: Env
  /**
   * Proves that sources are released: `expectReleased(action$, peer$).by('---!')`. Each must have been subscribed to,
   * and no subscription may be open after the frame of `!`. The number of subscriptions does not matter, nor whether
   * some ended sooner. So the test survives a refactoring that shares or splits a stream. If it matters when a source
   * is subscribed to, use `expectSubscriptions`.
   *
   * @example
   * const leave = '     ---!'
   * expectObservable(trickleIce(sources, env), leave).toBe('----')
   * expectReleased(message$, peer$).by(leave)
   */
  readonly expectReleased: (...sources: readonly TestSource[]) => { by(marbles: string): void }
}

/** The log of subscriptions of what `hot` and `cold` return. */
export interface TestSource {
  readonly subscriptions: readonly {
    readonly subscribedFrame: number
    readonly unsubscribedFrame: number
  }[]
}

/**
 * The n-th id of a virtual `env`: 32 digits, in ascending byte order.
 *
 * @example
 * const bob = { user: 'bob', party: virtualId(1) }
 */
export function virtualId(n: number): string {
  return n.toString(16).padStart(32, '0')
}

/**
 * Turns `test` into a marble test. Call the result, or pass it to a test framework's `it`. One marble frame is one
 * virtual millisecond; nothing waits.
 *
 * If a stream or its subscriptions are not as expected, throws an error that draws both sides. The drawing marks where
 * they first differ. The error's `cause` is what `assertEqual` threw.
 *
 * Throws if the test fails, or proves nothing: if `test` is asynchronous, expects nothing, or subscribes to a Promise.
 * Promises settle only after virtual time has run out, so their effects would be silently missing.
 *
 * @example
 * it('mirrors', marbles(assertEqual, ({ hot, expectObservable }) => {
 *   expectObservable(hot('-a|')).toBe('-a|')
 * }))
 */
export function marbles(assertEqual: AssertEqual, test: (tools: MarbleTools) => unknown): () => void {
  return () => {
    // RxJS compares in the order of the expectations.
    const expected: { values?: unknown }[] = []
    const scheduler = new TestScheduler((actual, wanted) => {
      assertSameMarbles(actual, wanted, assertEqual, expected.shift()?.values)
    })
    const promises = watchPromises()
    let expectations = 0
    const releases: (() => void)[] = []
    try {
      scheduler.run((helpers) => {
        let ids = 0
        const result = test({
          ...helpers,
          expectObservable: (...given) => {
            expectations++
            const noted: { values?: unknown } = {}
            expected.push(noted)
            const expectation = helpers.expectObservable(...given)
            return {
              ...expectation,
              toBe: (marbles, values: unknown, error) => {
                noted.values = values
                expectation.toBe(marbles, values, error)
              },
            }
          },
          expectSubscriptions: (...given) => {
            expectations++
            expected.push({})
            return helpers.expectSubscriptions(...given)
          },
          expectReleased: (...sources) => ({
            by: (marbles) => {
              expectations++
              const frame = lastFrameOf(marbles)
              releases.push(() => assertReleased(sources, frame, assertEqual))
            },
          }),
          env: { scheduler, id: () => virtualId(++ids) },
        })
        if (isThenable(result)) {
          throw new Error('a marble test must not be async: virtual time runs out before a Promise settles')
        }
      })
    } finally {
      promises.stop()
    }
    if (promises.used()) {
      throw new Error(
        'something subscribed to a Promise, which settles after virtual time: use cold() in its place',
      )
    }
    if (expectations === 0)
      throw new Error(
        'the marble test expects nothing: use expectObservable, expectSubscriptions or expectReleased',
      )
    releases.forEach((check) => check())
  }
}

function lastFrameOf(marbles: string): number {
  const { unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(marbles, true)
  if (unsubscribedFrame === Infinity)
    throw new Error(`expectReleased needs the moment of release: no "!" in "${marbles}"`)
  return unsubscribedFrame
}

function assertReleased(sources: readonly TestSource[], frame: number, assertEqual: AssertEqual): void {
  const held = sources.flatMap(({ subscriptions }, index) => {
    if (subscriptions.length === 0)
      throw new Error(`expectReleased proves nothing: source ${index + 1} was never subscribed to`)
    return subscriptions
      .filter(({ unsubscribedFrame }) => unsubscribedFrame > frame)
      .map(({ unsubscribedFrame }) => `source ${index + 1} is held until ${unsubscribedFrame}, not ${frame}`)
  })
  assertEqual(held, [])
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}

/** Until stopped, records each call of `then` on a native Promise, because RxJS subscribes to Promises through it. */
function watchPromises(): { used: () => boolean; stop: () => void } {
  const original = Object.getOwnPropertyDescriptor(Promise.prototype, 'then') ?? {}
  const then = original.value as (...handlers: unknown[]) => unknown
  let used = false
  void Object.defineProperty(Promise.prototype, 'then', {
    ...original,
    value(this: unknown, ...handlers: unknown[]) {
      used = true
      return Reflect.apply(then, this, handlers)
    },
  })
  return { used: () => used, stop: () => void Object.defineProperty(Promise.prototype, 'then', original) }
}
