import { combineLatest, filter, map, take, type Observable } from 'rxjs'
import { isOpen, type CallClient, type CallError } from 'rxcall'

/**
 * Emits once, and completes, when the relay will not have the client any more. An open call needs no relay for its media
 * and is waited for.
 */
export function refused({
  connection$,
  state$,
}: Pick<CallClient, 'connection$' | 'state$'>): Observable<CallError> {
  return combineLatest([connection$, state$]).pipe(
    map(([connection, state]) =>
      connection.status === 'refused' && !isOpen(state) ? connection.error : undefined,
    ),
    filter((error) => error !== undefined),
    take(1),
  )
}
