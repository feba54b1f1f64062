import { lastBefore, type Axis } from './axis.ts'
import { lanes, type Lane, type Timeline } from './timeline.ts'
import type { View } from './view.ts'

/** A lane of one side, `y` pixels below the top. */
export interface Row {
  readonly side: number
  readonly lane: Lane
  readonly y: number
}

/** Where everything is from top to bottom. */
export interface Rows {
  readonly rows: readonly Row[]
  /** The name of each side, if there are several. */
  readonly titles: readonly { readonly side: number; readonly y: number }[]
  readonly height: number
}

/** Marbles that are drawn as one, because they would overlap. */
export interface Spot {
  readonly row: Row
  /** Pixels from the left edge of the lanes. */
  readonly x: number
  readonly ids: readonly number[]
  /** Whether one of them tells of a failure. */
  readonly hasError: boolean
}

/** Heights in pixels. */
export const AXIS_HEIGHT = 26
export const ROW_HEIGHT = 26
const TITLE_HEIGHT = 24
/** Marbles that are closer than this are drawn as one, in pixels. */
const APART = 10

export function rowsOf({ sides }: Pick<Timeline, 'sides'>, hidden: ReadonlySet<Lane>): Rows {
  const rows: Row[] = []
  const titles: { side: number; y: number }[] = []
  let y = AXIS_HEIGHT
  sides.forEach((_, side) => {
    if (sides.length > 1) {
      titles.push({ side, y })
      y += TITLE_HEIGHT
    }
    for (const lane of lanes) {
      if (hidden.has(lane)) continue
      rows.push({ side, lane, y })
      y += ROW_HEIGHT
    }
  })
  return { rows, titles, height: y + 4 }
}

/** Finds the row of a marble; undefined if its lane is hidden. */
export function rowFinder(rows: readonly Row[]): (side: number, lane: Lane) => Row | undefined {
  const bySide: Partial<Record<Lane, Row>>[] = []
  for (const row of rows) (bySide[row.side] ??= {})[row.lane] = row
  return (side, lane) => bySide[side]?.[lane]
}

/** The spots in sight, and those just outside, in order of time. Phases are bands instead. */
export function spotsOf(
  { marbles }: Timeline,
  rows: readonly Row[],
  axis: Axis,
  view: View,
  width: number,
): readonly Spot[] {
  const rowOf = rowFinder(rows)
  const margin = 2 * APART
  const [from, to] = [-margin, width + margin].map((x) => axis.toTime(view.from + x / view.scale))
  const spots: { row: Row; x: number; ids: number[]; hasError: boolean }[] = []
  const last = new Map<Row, (typeof spots)[number]>()
  const first = lastBefore(marbles, ({ at }) => at < (from ?? 0)) + 1
  for (let index = first; index < marbles.length; index++) {
    const marble = marbles[index]
    if (!marble || marble.at > (to ?? 0)) break
    const row = rowOf(marble.side, marble.lane)
    if (!row || marble.lane === 'phase') continue
    const x = (axis.toPosition(marble.at) - view.from) * view.scale
    const before = last.get(row)
    if (before && x - before.x < APART) {
      before.ids.push(marble.id)
      before.hasError ||= marble.isError === true
      continue
    }
    const spot = { row, x, ids: [marble.id], hasError: marble.isError === true }
    last.set(row, spot)
    spots.push(spot)
  }
  return spots
}

/** A phase of a side's call. */
export interface Band {
  readonly side: number
  readonly id: number
  /** Times in milliseconds. */
  readonly from: number
  readonly to: number
}

/** The phases of all sides, each until the next one of its side begins. */
export function bandsOf({ marbles, duration }: Timeline): readonly Band[] {
  const open = new Map<number, { side: number; id: number; from: number; to: number }>()
  const bands: Band[] = []
  for (const { id, side, lane, at } of marbles) {
    if (lane !== 'phase') continue
    const before = open.get(side)
    if (before) before.to = at
    const band = { side, id, from: at, to: duration }
    open.set(side, band)
    bands.push(band)
  }
  return bands
}
