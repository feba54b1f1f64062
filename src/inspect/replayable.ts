import { distinctUntilChanged, map, scan, type Observable } from 'rxjs'
import type { Inspection } from './inspect.ts'
import type { CallLog, LogItem } from './log-item.ts'

/**
 * Whether the log can be replayed: `no-call` until a call in it has ended, `incomplete` if parts of the log had to go.
 */
export type Replayable = 'no-call' | 'incomplete' | 'yes'

interface Seen {
  readonly isOpen: boolean
  readonly hasCall: boolean
  readonly isIncomplete: boolean
}

/**
 * Whether the log of an inspection can be replayed. Emits it at once, and again when it changes. Never completes.
 *
 * @example
 * replayable(inspection).subscribe((value) => (replayButton.disabled = value !== 'yes'))
 */
export function replayable({ change$ }: Pick<Inspection, 'change$'>): Observable<Replayable> {
  return change$.pipe(
    scan(
      (seen: Seen, change) => (change.type === 'log' ? whole(change.log) : follow(seen, change.item)),
      nothing,
    ),
    map(({ isOpen, hasCall, isIncomplete }) => {
      if (isIncomplete && !isOpen) return 'incomplete'
      return hasCall ? 'yes' : 'no-call'
    }),
    distinctUntilChanged(),
  )
}

const nothing: Seen = { isOpen: false, hasCall: false, isIncomplete: false }

const whole = ({ items, isIncomplete }: CallLog): Seen => items.reduce(follow, { ...nothing, isIncomplete })

function follow(seen: Seen, item: LogItem): Seen {
  if (item.type !== 'crossing' || item.entry.type !== 'state' || !item.entry.state.call) return seen
  const { phase } = item.entry.state.call
  const isOpen = phase !== 'idle' && phase !== 'ended'
  // A call that ended before the log began does not count.
  return { ...seen, isOpen, hasCall: !isOpen && (seen.hasCall || seen.isOpen) }
}
