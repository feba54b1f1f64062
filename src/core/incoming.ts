import { distinctUntilChanged, filter, type Observable } from 'rxjs'
import type { CallState, Ringing } from './call/state.ts'

/**
 * Emits each call once, as soon as it rings here, including one that already rings on subscribing. Completes with the
 * client. Unsubscribing does not affect the call: it keeps ringing.
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
