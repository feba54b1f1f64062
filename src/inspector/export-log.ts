import type { TraceEntry } from '../core/trace/index.ts'
import { traceIn, withoutNames, type CallLog } from '../inspect/index.ts'
import { toMarbles } from '../testing/marble-diagram/to-marbles.ts'
import { toTest } from '../testing/to-test.ts'

/** Which logs to export, and how. */
export interface ExportOptions {
  /** Whether user names stay. Otherwise they become `user-1`, `user-2` and so on, the same in all logs. */
  readonly withNames: boolean
}

/** The crossings of each log, as traces. */
export function tracesOf(
  logs: readonly CallLog[],
  { withNames }: ExportOptions,
): readonly (readonly TraceEntry[])[] {
  const traces = logs.map(traceIn)
  if (withNames) return traces
  // Together, because a name stands for the same user in all of them.
  const nameless = withoutNames(traces.flat())
  let end = 0
  return traces.map(({ length }) => nameless.slice(end, (end += length)))
}

/** All logs as one marble diagram. Throws if a log has lost its beginning. */
export const marblesOf = (logs: readonly CallLog[], options: ExportOptions): string =>
  toMarbles(tracesOf(logs, options))

/** One log as JSON Lines. */
export function linesOf(logs: readonly CallLog[], side: number, options: ExportOptions): readonly string[] {
  return (tracesOf(logs, options)[side] ?? []).map((entry) => `${JSON.stringify(entry)}\n`)
}

/** One log as a vitest file that replays it. Throws if the log has lost its beginning. */
export const testOf = (logs: readonly CallLog[], side: number, options: ExportOptions): string =>
  toTest(tracesOf(logs, options)[side] ?? [])
