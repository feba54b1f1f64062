import { clockShifts } from './clock-shifts.ts'
import { matchLetters } from './match-letters.ts'
import type { SideMarbles } from './side-marbles.ts'
import type { Arrow, Marble, Timeline } from './timeline.ts'

/** One side of a timeline, and when its log began, in milliseconds on its clock. */
export interface JoinedSide extends SideMarbles {
  readonly startedAt: number
}

/** Puts the marbles of several sides on one clock, and connects the messages between them. */
export function joinSides(sides: readonly JoinedSide[], names: readonly string[]): Timeline {
  const [only, ...others] = sides
  const named = names.map((name) => ({ name }))
  // The usual case while a call is watched. It costs nothing, however long the log is.
  if (only && others.length === 0)
    return {
      sides: named,
      marbles: only.marbles,
      arrows: [],
      duration: only.marbles.at(-1)?.at ?? 0,
    }

  const deliveries = matchLetters(sides)
  const starts = startsOf(sides, deliveries)
  const marbles = sides
    .flatMap(({ marbles }, side) =>
      marbles.map((marble) => ({ side, marble, at: marble.at + (starts[side] ?? 0) })),
    )
    .sort((a, b) => a.at - b.at)
  const ids = sides.map(() => new Map<number, number>())
  marbles.forEach(({ side, marble }, id) => ids[side]?.set(marble.id, id))
  const idOf = (side: number, local: number) => ids[side]?.get(local) ?? 0

  const arrows = deliveries.map(({ fromSide, sent, toSide, received }): Arrow => ({
    from: idOf(fromSide, sent),
    to: idOf(toSide, received),
  }))
  const senders = new Map(arrows.map(({ from, to }) => [to, from]))
  return {
    sides: named,
    marbles: marbles.map(({ side, marble, at }, id): Marble => {
      const cause = marble.cause === undefined ? senders.get(id) : idOf(side, marble.cause)
      return { ...marble, id, side, at, ...(cause !== undefined && { cause }) }
    }),
    arrows,
    duration: marbles.at(-1)?.at ?? 0,
  }
}

/** When each side begins on the common clock. The first one begins at 0. */
function startsOf(
  sides: readonly JoinedSide[],
  deliveries: ReturnType<typeof matchLetters>,
): readonly number[] {
  const started = sides.map(({ startedAt }) => startedAt)
  const timeOf = (side: number, marble: number) => sides[side]?.marbles[marble]?.at ?? 0
  const transits = deliveries
    .filter(({ isCertain }) => isCertain)
    .map(({ fromSide, toSide, sent, received }) => ({
      ...{ fromSide, toSide },
      sentAt: timeOf(fromSide, sent),
      arrivedAt: timeOf(toSide, received),
    }))
  const shifts = clockShifts(started, transits)
  const shifted = started.map((at, side) => at + (shifts[side] ?? 0))
  const first = Math.min(...shifted)
  return shifted.map((at) => at - first)
}
