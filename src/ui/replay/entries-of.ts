import type { CallLog } from 'rxcall/inspect'
import type { TraceEntry } from 'rxcall/trace'

/** The trace in a log: what crossed the ports. */
export const entriesOf = ({ items }: CallLog): readonly TraceEntry[] =>
  items.flatMap((item) => (item.type === 'crossing' ? [item.entry] : []))
