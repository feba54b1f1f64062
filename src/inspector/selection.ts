import { lastBefore } from './axis.ts'
import { lanes, type Lane, type Marble, type Timeline } from './timeline.ts'

/** How to move the selection: by a number of marbles, to an end, to another lane, or to a match of the search. */
export type Move =
  | { readonly by: number }
  | { readonly to: 'first' | 'last' | 'lane above' | 'lane below' | 'next match' | 'previous match' }

export interface SelectionContext {
  readonly timeline: Timeline
  /** The ids of the marbles that are shown, ascending. */
  readonly order: readonly number[]
  readonly matches: ReadonlySet<number> | undefined
  readonly selected: Marble | undefined
  readonly hidden: ReadonlySet<Lane>
}

/** The marble to select next; undefined if there is not one. */
export function movedSelection(context: SelectionContext, move: Move): Marble | undefined {
  const { timeline, order, selected } = context
  const marbleAt = (index: number): Marble | undefined =>
    timeline.marbles[order[Math.max(0, Math.min(index, order.length - 1))] ?? -1]
  // Before the first marble, if nothing is selected.
  const index = selected ? lastBefore(order, (id) => id <= selected.id) : -1
  if ('by' in move) return marbleAt(selected ? index + move.by : move.by > 0 ? 0 : order.length - 1)
  switch (move.to) {
    case 'first':
      return marbleAt(0)
    case 'last':
      return marbleAt(order.length - 1)
    case 'next match':
      return nextMatch(context, order, index)
    case 'previous match':
      return nextMatch(context, [...order].reverse(), selected ? order.length - 1 - index : -1)
    default:
      return selected ? besideIn(context, selected, move.to === 'lane above' ? -1 : 1) : marbleAt(0)
  }
}

/** The next id of `order` after `index` that matches; from the beginning if there is not one. */
function nextMatch(
  { timeline, matches }: SelectionContext,
  order: readonly number[],
  index: number,
): Marble | undefined {
  const rotated = [...order.slice(index + 1), ...order.slice(0, index + 1)]
  const id = rotated.find((each) => matches?.has(each))
  return id === undefined ? undefined : timeline.marbles[id]
}

/** The marble nearest in time, in the next lane above or below that has one. */
function besideIn(
  { timeline, order, hidden }: SelectionContext,
  { side, lane, at }: Marble,
  step: -1 | 1,
): Marble | undefined {
  const shown = lanes.filter((each) => !hidden.has(each))
  const rows = timeline.sides.flatMap((_, index) => shown.map((each) => ({ side: index, lane: each })))
  const start = rows.findIndex((row) => row.side === side && row.lane === lane)
  for (let index = start + step; rows[index]; index += step) {
    const row = rows[index]
    let nearest: Marble | undefined
    for (const id of order) {
      const marble = timeline.marbles[id]
      if (!marble || marble.side !== row?.side || marble.lane !== row.lane) continue
      if (!nearest || Math.abs(marble.at - at) < Math.abs(nearest.at - at)) nearest = marble
    }
    if (nearest) return nearest
  }
  return undefined
}
