import { distinctUntilChanged, filter, type Observable } from 'rxjs'
import type { CallState, Ringing } from './call/state.ts'

/**
 * Emits each call that rings here, once, as soon as it rings; also one that rings already on subscribing. Completes with
 * the client. Unsubscribing changes nothing: the call rings on.
 *
 * @example
 * incoming(client).subscribe(({ remote }) => {
 *   if (confirm(`${remote.user} is calling. Answer?`)) client.accept()
 *   else client.decline()
 * })
 */
export const incoming = ({ state$ }: { readonly state$: Observable<CallState> }): Observable<Ringing> =>
  state$.pipe(
    filter((state) => state.phase === 'ringing'),
    distinctUntilChanged((one, other) => one.callId === other.callId),
  )
