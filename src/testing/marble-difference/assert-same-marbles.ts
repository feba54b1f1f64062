import { Observable } from 'rxjs'
import type { AssertEqual } from '../assert-equal.ts'
import { marbleDifference } from './marble-difference.ts'
import { areNotified, areSubscribed, type Notified } from './notified.ts'
import { subscriptionDifference } from './subscription-difference.ts'

/**
 * Compares what TestScheduler logged, as `assertEqual` does. If that throws, throws an error that draws both sides as
 * marbles instead, with the original one as its `cause`. `values` are those of the expected marbles, by letters.
 *
 * `assertEqual` also decides which notifications are as expected, because it may compare more loosely or more strictly
 * than by structure.
 */
export function assertSameMarbles(
  actual: unknown,
  expected: unknown,
  assertEqual: AssertEqual,
  values?: unknown,
): void {
  try {
    assertEqual(actual, expected)
  } catch (cause) {
    const drawing = draw(actual, expected, assertEqual, values)
    throw drawing === undefined ? cause : new Error(drawing, { cause })
  }
}

function draw(
  actual: unknown,
  expected: unknown,
  assertEqual: AssertEqual,
  values: unknown,
): string | undefined {
  try {
    if (areNotified(actual) && areNotified(expected))
      return marbleDifference(actual, expected, { isSame: passes(assertEqual), named: namedBy(values) })
    if (areSubscribed(actual) && areSubscribed(expected)) return subscriptionDifference(actual, expected)
  } catch {
    // A value that cannot be read, such as a revoked proxy, must not hide what assertEqual reports.
  }
  return undefined
}

function passes(assertEqual: AssertEqual) {
  return (actual: Notified, expected: Notified): boolean => {
    try {
      assertEqual([actual], [expected])
      return true
    } catch {
      return false
    }
  }
}

/** RxJS compares the notifications of an inner Observable. */
function namedBy(values: unknown): Readonly<Record<string, unknown>> {
  if (typeof values !== 'object' || values === null) return {}
  const named = Object.entries(values).map(([letter, value]: [string, unknown]) => [
    letter,
    value instanceof Observable && 'messages' in value ? value.messages : value,
  ])
  return Object.fromEntries(named) as Record<string, unknown>
}
