/** How time is drawn: a position on the axis for each time. Both are in milliseconds, and positions may skip pauses. */
export interface Axis {
  readonly length: number
  readonly toPosition: (at: number) => number
  readonly toTime: (position: number) => number
  /** The spans that are drawn shorter than they were, in order. */
  readonly pauses: readonly Pause[]
}

export interface Pause {
  readonly from: number
  readonly to: number
}

/** How long a pause is drawn at most, in milliseconds. */
const LONGEST_PAUSE = 250

/** Draws each millisecond alike. */
export function linearAxis(duration: number): Axis {
  return { length: duration, toPosition: (at) => at, toTime: (position) => position, pauses: [] }
}

/** Shortens every span in which nothing happens. `times` are ascending. */
export function squeezedAxis(times: readonly number[], longest = LONGEST_PAUSE): Axis {
  const pauses: Pause[] = []
  /** The position of the end of each pause. */
  const ends: number[] = []
  let skipped = 0
  let before = 0
  for (const at of times) {
    if (at - before > longest) {
      skipped += at - before - longest
      pauses.push({ from: before, to: at })
      ends.push(at - skipped)
    }
    before = Math.max(before, at)
  }
  return {
    length: before - skipped,
    pauses,
    toPosition(at) {
      const index = lastBefore(pauses, ({ from }) => from < at)
      const pause = pauses[index]
      const end = ends[index]
      if (pause === undefined || end === undefined) return at
      if (at >= pause.to) return end + at - pause.to
      return end - longest + ((at - pause.from) / (pause.to - pause.from)) * longest
    },
    toTime(position) {
      const index = lastBefore(ends, (end) => end - longest < position)
      const pause = pauses[index]
      const end = ends[index]
      if (pause === undefined || end === undefined) return position
      if (position >= end) return pause.to + position - end
      return pause.from + ((position - end + longest) / longest) * (pause.to - pause.from)
    },
  }
}

/** The index of the last item of an ordered list for which `holds` is true, or -1. */
export function lastBefore<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(list[middle] as T)) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** A time at which the axis has a label. */
export interface Tick {
  readonly at: number
  readonly position: number
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000]

/** Round times between two positions, at least `apart` from each other, none of them in a pause. */
export function ticksOf(axis: Axis, from: number, to: number, apart: number): readonly Tick[] {
  const step = steps.find((each) => each >= apart) ?? Math.ceil(apart / 600_000) * 600_000
  const ticks: Tick[] = []
  const last = axis.toTime(to)
  let at = Math.ceil(Math.max(0, axis.toTime(from)) / step) * step
  while (at <= last) {
    const pause = axis.pauses[lastBefore(axis.pauses, (each) => each.from < at)]
    if (pause && at < pause.to) {
      at = Math.ceil(pause.to / step) * step
      continue
    }
    const position = axis.toPosition(at)
    const previous = ticks.at(-1)
    if (!previous || position - previous.position >= apart) ticks.push({ at, position })
    at += step
  }
  return ticks
}
