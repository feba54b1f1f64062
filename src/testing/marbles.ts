import { TestScheduler, type RunHelpers } from 'rxjs/testing'
import type { Env } from '../core/ports/index.ts'

/** Compares two values deeply and throws where they differ: `(a, e) => expect(a).toEqual(e)`, or Node's `deepStrictEqual`. */
export type AssertEqual = (actual: unknown, expected: unknown) => void

/** What a marble test works with: RxJS's run-mode helpers, and an `env` that lives in the same virtual time. */
export interface MarbleTools extends RunHelpers {
  /** Hand this to whatever wants an `Env`: its clock is the marbles' frame, its ids count up from {@link virtualId}(1). */
  readonly env: Env
}

/** The n-th id that a virtual `env` gives out: 32 digits, in rising byte order. */
export function virtualId(n: number): string {
  return n.toString(16).padStart(32, '0')
}

/**
 * Makes a marble test of `test`: call the result, or hand it to a test framework's `it`. One marble frame is one virtual
 * millisecond; nothing waits.
 *
 * Throws where the test fails, and where it proves nothing: when `test` is asynchronous, expects nothing, or has
 * something subscribe to a Promise. Promises settle after virtual time has run out, so that whatever is behind one would
 * be silently missing.
 */
export function marbles(assertEqual: AssertEqual, test: (tools: MarbleTools) => unknown): () => void {
  return () => {
    const scheduler = new TestScheduler(assertEqual)
    const promises = watchPromises()
    let expectations = 0
    try {
      scheduler.run((helpers) => {
        let ids = 0
        const result = test({
          ...helpers,
          expectObservable: (...given) => {
            expectations++
            return helpers.expectObservable(...given)
          },
          expectSubscriptions: (...given) => {
            expectations++
            return helpers.expectSubscriptions(...given)
          },
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
      throw new Error('the marble test expects nothing: use expectObservable or expectSubscriptions')
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}

/** Notes any `then` on a native Promise until it is stopped: RxJS reaches every Promise through it. */
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
