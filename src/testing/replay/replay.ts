import type { CallStep } from '../../core/index.ts'
import type { TraceEntry } from '../../core/trace/index.ts'
import { driverFor } from './driver.ts'
import { parseTrace, type Trace } from './parse-trace.ts'

/** The first place where a pipeline behaves differently from the recording. */
export interface Divergence {
  /** The index of the entry in the trace, from 0. */
  readonly index: number
  /** What the trace has there; undefined past its end. */
  readonly expected: TraceEntry | undefined
  /** What the pipeline did; undefined if it did nothing. */
  readonly actual: TraceEntry | undefined
  /** The whole trace that was replayed. */
  readonly trace: readonly TraceEntry[]
}

/** A step of a replayed client, `at` milliseconds after the recording began. */
export interface ReplayedStep extends CallStep {
  readonly at: number
}

export interface Replay {
  /** Undefined if the pipeline did exactly what the trace says. */
  readonly divergence: Divergence | undefined
  /** The pipeline's inputs and outputs, up to the divergence. */
  readonly entries: readonly TraceEntry[]
  /** The pipeline's events with the state after each, up to the divergence. Streams in them are fake. */
  readonly steps: readonly ReplayedStep[]
}

/**
 * Drives a real pipeline from a trace. Feeds it every recorded input in order and at its time, without waiting.
 * Compares what it does with the recorded outputs and states, up to the first difference.
 *
 * `trace` is what `record` wrote: the entries, or the same as JSON Lines. Settings that are newer than the trace have
 * their defaults. Throws if the input is not a trace, and names the line.
 *
 * @example
 * expect(replay(readFileSync('call.jsonl', 'utf8')).divergence).toBeUndefined()
 */
export function replay(trace: Trace): Replay {
  const expected = parseTrace(trace)
  const entries: TraceEntry[] = []
  const steps: ReplayedStep[] = []
  let divergence: Divergence | undefined
  let over = false
  const diverge = (actual: TraceEntry | undefined) => {
    const index = entries.length
    divergence ??= { index, expected: expected[index], actual, trace: expected }
  }
  const write = (entry: TraceEntry) => {
    if (over || divergence) return
    if (sameJson(asFarAsKnown(entry, expected[entries.length]), expected[entries.length])) entries.push(entry)
    else diverge(entry)
  }

  const driver = driverFor(expected)
  driver.start(write, (step) => {
    if (!over && !divergence) steps.push({ at: entries.at(-1)?.at ?? 0, ...step })
  })
  // Each input is written when it is fed. So the next entry that is not yet written is always the next input.
  for (let next = expected[entries.length]; next && !divergence; next = expected[entries.length]) {
    const index = entries.length
    if (!driver.feed(next) || entries.length === index) diverge(undefined)
  }
  over = true
  driver.stop()
  return { divergence, entries, steps }
}

/** The header of a trace without the settings that did not exist yet when it was recorded; any other entry as it is. */
function asFarAsKnown(entry: TraceEntry, recorded: TraceEntry | undefined): TraceEntry {
  if (entry.type !== 'trace' || recorded?.type !== 'trace') return entry
  const known = Object.entries(entry.settings).filter(([name]) => name in recorded.settings)
  return { ...entry, settings: Object.fromEntries(known) as unknown as typeof entry.settings }
}

/** Whether two plain values are the same as JSON, whatever the order of their keys. */
function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted)
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
