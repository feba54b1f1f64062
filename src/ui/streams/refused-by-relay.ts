import { combineLatest, filter, map, take, type Observable } from 'rxjs'
import { isOpen, type CallError, type CallState, type ConnectionState } from 'rxcall'

/**
 * Emits the error and completes when the relay refuses the client. Waits for the end of an open call, whose media needs
 * no relay.
 */
export function refusedByRelay({
  connection$,
  state$,
}: {
  readonly connection$: Observable<ConnectionState>
  readonly state$: Observable<CallState>
}): Observable<CallError> {
  return combineLatest([connection$, state$]).pipe(
    map(([connection, state]) =>
      connection.status === 'refused' && !isOpen(state) ? connection.error : undefined,
    ),
    filter((error) => error !== undefined),
    take(1),
  )
}
