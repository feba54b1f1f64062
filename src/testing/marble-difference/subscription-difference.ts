import { drawLanes } from './draw-lanes.ts'
import type { Subscribed } from './notified.ts'

/** How many subscriptions are drawn before the first that differs, and after it. */
const AROUND = 2

/**
 * Draws two lists of subscriptions as aligned lanes of `^` and `!`. The first line says in words how the first one
 * differs. `undefined` if none does.
 *
 * @example
 * subscriptionDifference(actual, expected)
 * // the subscriptions differ: number 1 ends at 5 ms, expected at 3 ms
 * // expected 1  ^--!
 * // actual 1    ^----!
 * //                ^
 */
export function subscriptionDifference(
  actual: readonly Subscribed[],
  expected: readonly Subscribed[],
): string | undefined {
  const count = Math.max(actual.length, expected.length)
  const indexes = Array.from({ length: count }, (_, index) => index)
  const index = indexes.find((index) => differenceOf(actual[index], expected[index]))
  const difference = index !== undefined && differenceOf(actual[index], expected[index])
  if (index === undefined || !difference) return undefined

  const drawn = indexes.slice(Math.max(0, index - AROUND), index + AROUND + 1)
  const rows = drawn.flatMap((index) => [
    { name: `expected ${index + 1}`, subscribed: expected[index] },
    { name: `actual ${index + 1}`, subscribed: actual[index] },
  ])
  const times = rows.flatMap(({ subscribed }) => [beginOf(subscribed), endOf(subscribed)])
  const frames = [...new Set(times)].filter((time) => time !== never).sort((a, b) => a - b)
  const { lines } = drawLanes({
    names: rows.map(({ name }) => name),
    columns: frames.map((frame) => ({
      frame,
      cells: rows.map(({ subscribed }) => cellOf(subscribed, frame)),
    })),
    mark: { column: frames.indexOf(difference.at), offset: 0 },
  })
  const [first = 0, last = 0] = [drawn[0], drawn.at(-1)]
  return [
    `the subscriptions differ: number ${index + 1} ${difference.words}`,
    ...lines,
    ...(drawn.length < count ? [`drawn are subscriptions ${first + 1} to ${last + 1} of ${count}`] : []),
  ].join('\n')
}

const never = Infinity
const beginOf = (subscribed: Subscribed | undefined) => subscribed?.subscribedFrame ?? never
const endOf = (subscribed: Subscribed | undefined) => subscribed?.unsubscribedFrame ?? never

interface Difference {
  readonly at: number
  readonly words: string
}

function differenceOf(
  actual: Subscribed | undefined,
  expected: Subscribed | undefined,
): Difference | undefined {
  return (
    difference('begins', beginOf(actual), beginOf(expected)) ??
    difference('ends', endOf(actual), endOf(expected))
  )
}

function difference(verb: string, actual: number, expected: number): Difference | undefined {
  if (actual === expected) return undefined
  const given = actual === never ? `never ${verb}` : `${verb} at ${actual} ms`
  const wanted = expected === never ? 'never' : `at ${expected} ms`
  return { at: Math.min(actual, expected), words: `${given}, expected ${wanted}` }
}

function cellOf(subscribed: Subscribed | undefined, frame: number): string {
  const [begins, ends] = [beginOf(subscribed) === frame, endOf(subscribed) === frame]
  if (begins && ends) return '(^!)'
  if (begins) return '^'
  return ends ? '!' : ''
}
