import { combineLatest, filter, map, take, type Observable } from 'rxjs'
import { isOpen, type CallClient, type CallError } from 'rxcall'

/**
 * Emits the error and completes when the relay refuses the client. Waits for the end of an open call, whose media needs
 * no relay.
 */
export function refusedByRelay({
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
