import type { CallLog, LogChange, LogItem } from '../inspect/index.ts'
import { joinSides } from './join-sides.ts'
import { sideMarbles, type SideMarbles } from './side-marbles.ts'
import type { Timeline } from './timeline.ts'
import { sideNames } from './timeline-of.ts'

/** A timeline that grows with the logs of its sides. */
export interface LiveTimeline {
  /** Notes that the log of a side has changed. Costs nothing until the timeline is asked for. */
  readonly change: (side: number, change: LogChange) => void
  /** The present timeline: the same object until something changes. Sides without a log are left out. */
  readonly timeline: () => Timeline
  /** The logs that the timeline is drawn of, in the order of its sides. */
  readonly logs: () => readonly CallLog[]
}

interface LiveSide {
  readonly log: CallLog
  readonly items: LogItem[]
  readonly marbles: SideMarbles
  /** How many items have their marbles. */
  drawn: number
}

export function liveTimeline(): LiveTimeline {
  const sides = new Map<number, LiveSide>()
  let present: Timeline | undefined

  const inOrder = (): LiveSide[] =>
    [...sides.entries()].sort(([one], [other]) => one - other).map(([, side]) => side)

  const draw = (): Timeline => {
    const joined = inOrder().map((side) => {
      for (; side.drawn < side.items.length; side.drawn++) {
        const item = side.items[side.drawn]
        if (item) side.marbles.add(item)
      }
      return { ...side.marbles, startedAt: side.log.startedAt }
    })
    return joinSides(joined, sideNames(joined))
  }

  return {
    change(index, change) {
      present = undefined
      if (change.type === 'item') sides.get(index)?.items.push(change.item)
      else {
        const { log } = change
        sides.set(index, { log, items: [...log.items], marbles: sideMarbles(), drawn: 0 })
      }
    },
    timeline: () => (present ??= draw()),
    logs: () => inOrder().map(({ log, items }) => ({ ...log, items })),
  }
}
