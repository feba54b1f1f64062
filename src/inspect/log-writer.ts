import type { CallEvent, CallStep } from '../core/index.ts'
import { encode } from '../core/trace/encode.ts'
import type { RecordOptions, TraceEntry } from '../core/trace/index.ts'
import { redactor } from '../core/trace/redact.ts'
import { isFact } from './is-fact.ts'
import type { LoggedEvent, LogItem } from './log-item.ts'
import { stageOf } from './named-stages.ts'
import { subjectOf } from './subject-of.ts'

/** Puts the entries of a recording and the steps of its client into one log. */
export interface LogWriter {
  readonly entry: (entry: TraceEntry) => void
  readonly step: (step: CallStep) => void
}

/** What the user sees of a step. A recording writes it just before the step. */
const shown: readonly TraceEntry['type'][] = ['state', 'text', 'error']

export function logWriter(write: (item: LogItem) => void, keep: RecordOptions = {}): LogWriter {
  let redact = redactor(keep)
  let at = 0
  let held: TraceEntry[] = []
  const release = () => {
    for (const entry of held) write({ type: 'crossing', entry })
    held = []
  }
  return {
    entry(entry) {
      at = entry.at
      if (entry.type === 'trace') redact = redactor(keep)
      if (shown.includes(entry.type)) held.push(entry)
      else {
        release()
        write({ type: 'crossing', entry })
      }
    },
    step({ event, number, cause }) {
      const stage = stageOf(event)
      write({
        type: 'step',
        at,
        number,
        ...(cause !== undefined && { cause }),
        ...(stage !== undefined && { stage }),
        event: logged(event, redact),
      })
      release()
    },
  }
}

function logged(event: CallEvent, redact: (entry: TraceEntry) => TraceEntry): LoggedEvent {
  if (!isFact(event.type)) {
    const subject = subjectOf(event)
    return { type: event.type, ...(subject !== undefined && { subject }) }
  }
  // A fact has the form of the entry that shows it, as far as the redactor looks.
  return redact(encode(event) as unknown as TraceEntry) as unknown as LoggedEvent
}
