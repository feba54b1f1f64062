import {
  concatMap,
  endWith,
  filter,
  groupBy,
  ignoreElements,
  map,
  merge,
  mergeMap,
  pairwise,
  startWith,
  throttle,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import type { CallError } from './errors.ts'
import type { CallEvent } from './events.ts'

/** How long further errors of one code are held back, in milliseconds. */
export const ERROR_PAUSE_MS = 1_000

/**
 * The errors in `event$`, each with its call. The first one of a code is emitted at once. Those of the same code that
 * follow within a second are emitted as one at its end: the latest, whose `count` says how many there were. So nobody can
 * flood a UI with errors. When `event$` completes, what is held back is emitted at once.
 */
export function errorStream(event$: Observable<CallEvent>, scheduler: SchedulerLike): Observable<CallError> {
  const end$ = event$.pipe(ignoreElements(), endWith(undefined))
  return event$.pipe(
    map(errorOf),
    filter((error) => error !== undefined),
    groupBy(({ code }) => code),
    mergeMap((code$) =>
      code$.pipe(
        map((error, index) => ({ error, total: index + 1 })),
        throttle(() => merge(timer(ERROR_PAUSE_MS, scheduler), end$), { leading: true, trailing: true }),
        startWith({ total: 0 }),
        pairwise(),
        concatMap(([before, latest]) =>
          'error' in latest ? [countedError(latest.error, latest.total - before.total)] : [],
        ),
      ),
    ),
  )
}

const countedError = (error: CallError, count: number): CallError =>
  count === 1 ? error : error.with({ count })

/**
 * The error in an event, if there is one. A refused invite is reported by the end of its call. An end message that
 * reaches nobody is not an error.
 */
function errorOf(event: CallEvent): CallError | undefined {
  switch (event.type) {
    case 'error':
    case 'ended':
      return event.error
    case 'connection':
      return 'error' in event.connection ? event.connection.error : undefined
    case 'refused': {
      const { message, error } = event
      const isReported = message.type === 'invite' || error.code === 'unreachable'
      return isReported ? undefined : error.with({ callId: message.callId })
    }
    default:
      return undefined
  }
}
