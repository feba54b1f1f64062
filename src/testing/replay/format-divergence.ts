import type { TraceEntry } from '../../core/trace/index.ts'
import { draw } from '../marble-diagram/draw.ts'
import { diagramOf } from '../marble-diagram/marble-lanes.ts'
import { nameOf } from '../marble-diagram/to-marbles.ts'
import { signalOf } from '../marble-diagram/signals.ts'
import { excerptUrl } from '../scene/excerpt.ts'
import { differences } from './differences.ts'
import type { Divergence } from './replay.ts'

/** How many entries are drawn before the divergence, and after it. */
const BEFORE = 30
const AFTER = 10
const WIDTH = 110

/**
 * Describes a divergence: its place, what was expected, what came instead, which values differ, and the marbles around
 * it. The last line is an address that shows those marbles in the lab, without names. Empty for `undefined`, so that it can be the message of an assertion.
 *
 * @example
 * const { divergence } = replay(trace)
 * expect(divergence, formatDivergence(divergence)).toBeUndefined()
 */
export function formatDivergence(divergence: Divergence | undefined): string {
  if (!divergence) return ''
  const { index, expected, actual, trace } = divergence
  const at = (expected ?? trace.at(-1))?.at ?? 0
  return [
    `The pipeline differs from the trace at entry ${index} of ${trace.length}, ${at} ms after its start.`,
    `  the trace has      ${expected ? inShort(expected) : 'nothing more: it ends here, or was cut off'}`,
    `  the pipeline has   ${actual ? inShort(actual) : 'nothing: it does not accept this input, or was not waiting for it'}`,
    ...differencesInWords(expected, actual),
    '',
    around(divergence),
    '',
    `See it in the lab (npm start): ${excerptUrl(divergence)}`,
  ].join('\n')
}

function inShort({ type, ...rest }: TraceEntry): string {
  const label = signalOf({ type, ...rest } as TraceEntry)?.label
  return label === undefined || label === type ? type : `${type} (${label})`
}

function differencesInWords(expected: TraceEntry | undefined, actual: TraceEntry | undefined): string[] {
  if (!expected || !actual) return []
  if (expected.type !== actual.type) return [`    trace: ${clip(expected)}`, `    pipeline: ${clip(actual)}`]
  return differences(expected, actual)
    .slice(0, 5)
    .map(({ path, expected, actual }) => `    ${path}: ${clip(expected)} in the trace, now ${clip(actual)}`)
}

function clip(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function around({ index, trace }: Divergence): string {
  const entries = trace.slice(Math.max(0, index - BEFORE), index + AFTER)
  const at = Math.round((trace[index] ?? trace.at(-1))?.at ?? 0)
  const diagram = diagramOf([{ client: nameOf(trace), entries, startsAt: 0 }])
  const column = diagram.columns.findIndex((time) => time >= at)
  return draw(diagram, WIDTH, column === -1 ? diagram.columns.length - 1 : column)
}
