import { actualCells, expectedCells, groupsOf, type Group } from './cells.ts'
import { drawLanes } from './draw-lanes.ts'
import { inShort } from './in-short.ts'
import { letters, OTHERS } from './letters.ts'
import type { Notified } from './notified.ts'
import { sameStructure } from './same-structure.ts'

/** How many milliseconds with events are drawn on each side of the difference. */
const FRAMES_AROUND = 20

export interface MarbleDifferenceOptions {
  /** Whether a notification is as expected. Default: whether both have the same structure. */
  readonly isSame?: (actual: Notified, expected: Notified) => boolean
  /** The values that already have a letter, by letter. */
  readonly named?: Readonly<Record<string, unknown>>
}

/**
 * Draws two lists of notifications as aligned marble lanes. The first line says in words where they differ first, `^`
 * marks the place, and a legend has the values. `undefined` if every notification is as expected.
 *
 * @example
 * marbleDifference(actual, expected, { named: { a: 1, b: 2 } })
 * // the streams differ at 4 ms: expected b, got nothing
 * // expected  -a--b|
 * // actual    -a---|
 * //               ^
 * // a = 1
 * // b = 2
 */
export function marbleDifference(
  actual: readonly Notified[],
  expected: readonly Notified[],
  { isSame = (one, other) => sameStructure(one, other), named }: MarbleDifferenceOptions = {},
): string | undefined {
  const index = firstDifference(actual, expected, isSame)
  if (index === -1) return undefined
  const at = Math.min(actual[index]?.frame ?? Infinity, expected[index]?.frame ?? Infinity)
  const place = expected.slice(0, index).filter(({ frame }) => frame === at).length

  const all = [...new Set([...expected, ...actual].map(({ frame }) => frame))].sort((a, b) => a - b)
  const [from, to] = [all.indexOf(at) - FRAMES_AROUND, all.indexOf(at) + FRAMES_AROUND + 1]
  const frames = all.slice(Math.max(0, from), to)
  const wanted = groupsOf(expected, frames, { at, place })
  const given = groupsOf(actual, frames, { at, place })
  // The expected values are the first to get letters, so that those depend on the test alone.
  const known = letters(named)
  const wantedCells = expectedCells(wanted, known)
  const givenCells = actualCells(given, wanted, known, isSame)

  const column = frames.indexOf(at)
  const [wantedCell = '', givenCell = ''] = [wantedCells[column], givenCells[column]]
  const { lines, columns } = drawLanes({
    names: ['expected', 'actual'],
    columns: frames.map((frame, index) => ({
      frame,
      cells: [wantedCells[index] ?? '', givenCells[index] ?? ''],
    })),
    more: { before: from > 0, after: to < all.length },
    mark: { column, offset: commonStart(wantedCell, givenCell) },
  })
  const symbols = columns.flatMap(({ cells }) => cells).join('')
  return [
    `the streams differ at ${at} ms: expected ${inWords(wantedCell, wanted[column])}, got ${inWords(givenCell, given[column])}`,
    ...lines,
    ...known.legend(symbols),
    ...(symbols.includes('#') ? errorLegend(wanted, given) : []),
  ].join('\n')
}

function firstDifference(
  actual: readonly Notified[],
  expected: readonly Notified[],
  isSame: (actual: Notified, expected: Notified) => boolean,
): number {
  const [longer, shorter] = actual.length > expected.length ? [actual, expected] : [expected, actual]
  return longer.findIndex((_, index) => {
    const [one, other] = [actual[index], expected[index]]
    return index >= shorter.length || !one || !other || !isSame(one, other)
  })
}

/** The index of the first character in which two cells differ; 0 if they do not. */
function commonStart(one: string, other: string): number {
  const place = Array.from(one).findIndex((character, index) => character !== other[index])
  return Math.max(0, place)
}

function inWords(cell: string, group: Group | undefined): string {
  const notification = group?.shown[0]?.notification
  if (cell === '' || !notification) return 'nothing'
  if (cell === '|') return 'completion'
  if (cell === '#' && notification.kind === 'E') return `the error ${inShort(notification.error)}`
  if (cell === OTHERS && notification.kind === 'N') return inShort(notification.value)
  return cell
}

function errorLegend(expected: readonly Group[], actual: readonly Group[]): string[] {
  const errorsOf = (groups: readonly Group[]) =>
    groups.flatMap(({ shown }) =>
      shown.flatMap(({ notification }) => (notification.kind === 'E' ? [notification.error as unknown] : [])),
    )
  const [wanted, given] = [errorsOf(expected), errorsOf(actual)]
  if (wanted.length === 0 || given.length === 0 || sameStructure(wanted, given))
    return [...wanted, ...given].slice(0, 1).map((error) => `# = ${inShort(error)}`)
  return [`# = ${inShort(wanted[0])} (expected)`, `# = ${inShort(given[0])} (actual)`]
}
