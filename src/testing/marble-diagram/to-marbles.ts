import type { TraceEntry } from '../../core/trace/index.ts'
import { parseTrace, type Trace } from '../replay/parse-trace.ts'
import { draw } from './draw.ts'
import { diagramOf, pauseBefore, type MarbleLane, type Part } from './marble-lanes.ts'

export interface ToMarblesOptions {
  /** How many characters a line may hold. Default: 110. */
  readonly width?: number | undefined
}

/**
 * Draws a trace as an aligned marble diagram with a legend. Takes several traces if their clocks agree, for example
 * those of both sides of a call. Each client has a lane for each kind of event: actions, relay, messages sent and
 * received, media, peer events, peer commands, states, texts and errors.
 *
 * Time runs from left to right, the same for all lanes. Each lane, its lines put together, is a marble string in RxJS's
 * run-mode syntax. Events of one lane within a millisecond share a symbol. Throws if the input is not a trace.
 *
 * @example
 * const { traces } = play(roles)
 * console.log(toMarbles([traces.alice ?? [], traces.bob ?? []]))
 */
export function toMarbles(trace: Trace | readonly Trace[], { width = 110 }: ToMarblesOptions = {}): string {
  return draw(diagramOf(partsOf(trace)), width)
}

/**
 * The lanes of {@link toMarbles} as values: marbles for `hot`, `cold` or `expectObservable`, and what they stand for.
 *
 * @example
 * const { traces } = play(roles)
 * marbleLanes(traces.alice ?? []).map(({ name, marbles }) => `${name} ${marbles}`)
 */
export function marbleLanes(trace: Trace | readonly Trace[]): readonly MarbleLane[] {
  const { columns, lanes } = diagramOf(partsOf(trace))
  return lanes.map(({ name, cells, values }) => ({
    name,
    marbles: cells.map((cell, column) => pauseBefore(column, columns) + cell).join(''),
    values,
  }))
}

function partsOf(trace: Trace | readonly Trace[]): Part[] {
  const traces = (isSeveral(trace) ? trace : [trace]).map(parseTrace)
  const starts = traces.map(([header]) => (header?.type === 'trace' ? header.startedAt : 0))
  const names = uniqueNames(traces.map(nameOf))
  return traces.map((entries, index) => ({
    client: names[index] ?? '',
    entries,
    startsAt: (starts[index] ?? 0) - Math.min(...starts),
  }))
}

function isSeveral(trace: Trace | readonly Trace[]): trace is readonly Trace[] {
  return typeof trace !== 'string' && (typeof trace[0] === 'string' || Array.isArray(trace[0]))
}

/** The name under which the client was online. */
export function nameOf(trace: readonly TraceEntry[]): string {
  for (const entry of trace)
    if (entry.type === 'signaling-event' && entry.event.type === 'online') return entry.event.self.user
  return 'client'
}

/** Makes names unique: `bob` and `bob/2`. */
export function uniqueNames(names: readonly string[]): string[] {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length
    return before === 0 ? name : `${name}/${before + 1}`
  })
}
