import { distinctUntilChanged, scan, startWith, type Observable } from 'rxjs'
import type { CallEvent, TextMessage } from 'rxcall'

/** A text as it stands in the log. */
export interface LogEntry extends TextMessage {
  /** Unique within the log. */
  readonly id: number
}

/** Texts kept in the log; the other side could send without end. */
export const maxEntries = 500

const empty: readonly LogEntry[] = []

/**
 * The texts of the call, oldest first, at most {@link maxEntries}. Empty at first and whenever a call begins; those of a
 * call that ended stay until then.
 */
export function chatLog(event$: Observable<CallEvent>): Observable<readonly LogEntry[]> {
  return event$.pipe(scan(write, empty), startWith(empty), distinctUntilChanged())
}

function write(log: readonly LogEntry[], event: CallEvent): readonly LogEntry[] {
  switch (event.type) {
    case 'outgoing':
    case 'incoming':
      return empty
    case 'text': {
      const id = (log.at(-1)?.id ?? 0) + 1
      return [...log, { ...event.message, id }].slice(-maxEntries)
    }
    default:
      return log
  }
}
