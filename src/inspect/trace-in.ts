import type { TraceEntry } from '../core/trace/index.ts'
import type { CallLog } from './log-item.ts'

/**
 * The trace in a log: what crossed the client's ports, for `replay`, `toMarbles` and `toTest`. It has the names of
 * users; {@link withoutNames} replaces them.
 *
 * @example
 * writeFileSync('test/call.test.ts', toTest(withoutNames(traceIn(inspection.log()))))
 */
export const traceIn = ({ items }: Pick<CallLog, 'items'>): readonly TraceEntry[] =>
  items.flatMap((item) => (item.type === 'crossing' ? [item.entry] : []))
