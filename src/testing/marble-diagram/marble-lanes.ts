import type { TraceEntry } from '../../core/trace/index.ts'
import { laneNames, signalOf, type LaneName } from './signals.ts'
import { symbols } from './symbols.ts'

/** One lane of a diagram. */
export interface MarbleLane {
  /** The client and the kind of its events, such as `alice sent`. */
  readonly name: string
  /** The marbles, in RxJS's syntax for run mode: one frame is a millisecond. */
  readonly marbles: string
  /** What each symbol stands for: what happened in that millisecond, in order. */
  readonly values: Readonly<Record<string, string>>
}

/** A lane of a diagram; `cells` has one symbol for each of the diagram's columns. */
export interface Lane extends Omit<MarbleLane, 'marbles'> {
  readonly cells: readonly string[]
}

export interface Diagram {
  /** The times at which anything happened, in milliseconds from the beginning, ascending. */
  readonly columns: readonly number[]
  readonly lanes: readonly Lane[]
}

/** What a client did: its trace, and its name. `from` and `to` are the indexes of the entries to draw. */
export interface Part {
  readonly client: string
  readonly entries: readonly TraceEntry[]
  /** When the trace begins on the diagram's clock, in milliseconds. */
  readonly startsAt: number
}

/** Events of one millisecond and lane share a symbol, because an RxJS group would delay the event right after it. */
export function diagramOf(parts: readonly Part[]): Diagram {
  const drawn = parts.map(signalsByLane)
  const columns = [...new Set(drawn.flatMap((lanes) => lanes.flatMap(({ labels }) => [...labels.keys()])))]
  columns.sort((a, b) => a - b)
  const lanes = drawn.flatMap((lanes, index) =>
    lanes.map(({ lane, labels }) => laneOf(`${parts[index]?.client ?? ''} ${lane}`, labels, columns)),
  )
  return { columns, lanes }
}

/** The empty frames between two columns, written in the shorter way. */
export function pauseBefore(column: number, columns: readonly number[]): string {
  return pause((columns[column] ?? 0) - (columns[column - 1] ?? -1) - 1, column === 0)
}

/** Writes a number of empty frames. A fraction of a frame is written as a time, because a dash is a whole frame. */
export function pause(frames: number, isAtStart: boolean): string {
  if (frames <= 0) return ''
  if (frames <= 5 && Number.isInteger(frames)) return '-'.repeat(frames)
  const time = `${Number(frames.toFixed(3))}ms `
  return isAtStart ? time : ` ${time}`
}

interface LabelledLane {
  readonly lane: LaneName
  readonly labels: ReadonlyMap<number, readonly string[]>
}

function signalsByLane({ entries, startsAt }: Part): LabelledLane[] {
  const lanes = new Map<LaneName, Map<number, string[]>>()
  let time = 0
  for (const entry of entries) {
    const signal = signalOf(entry)
    if (!signal) continue
    // Marbles cannot go back in time, but a clock can be set back.
    time = Math.max(time, Math.round(startsAt + entry.at))
    const labels = lanes.get(signal.lane) ?? new Map<number, string[]>()
    labels.set(time, [...(labels.get(time) ?? []), signal.label])
    lanes.set(signal.lane, labels)
  }
  return laneNames.flatMap((lane) => {
    const labels = lanes.get(lane)
    return labels ? [{ lane, labels }] : []
  })
}

function laneOf(
  name: string,
  labels: ReadonlyMap<number, readonly string[]>,
  columns: readonly number[],
): Lane {
  const symbolOf = symbols()
  const values: Record<string, string> = {}
  const cells = columns.map((time) => {
    const things = labels.get(time)
    if (!things) return '-'
    const label = inWords(things)
    const symbol = symbolOf(label)
    values[symbol] = label
    return symbol
  })
  return { name, cells, values }
}

/** `candidate ×3 + offer` for three candidates and an offer. */
function inWords(things: readonly string[]): string {
  const runs: { label: string; count: number }[] = []
  for (const label of things) {
    const last = runs.at(-1)
    if (last?.label === label) last.count++
    else runs.push({ label, count: 1 })
  }
  return runs.map(({ label, count }) => (count === 1 ? label : `${label} ×${count}`)).join(' + ')
}
