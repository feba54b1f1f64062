import { distinctUntilChanged, endWith, map, type Observable } from 'rxjs'
import { isOpen, type CallClient, type CallState } from '../core/index.ts'

/** The id of the client's call from when it is first connected until it ends, else undefined. Emits each change, and completes
 * when the client closes. */
export function openCall(client: CallClient): Observable<string | undefined> {
  return client.state$.pipe(
    map((state) => (hasMedia(state) ? state.callId : undefined)),
    endWith(undefined),
    distinctUntilChanged(),
  )
}

/** Whether a call was connected and has not ended. */
function hasMedia(state: CallState): state is Extract<CallState, { phase: 'connected' | 'reconnecting' }> {
  return isOpen(state) && (state.phase === 'connected' || state.phase === 'reconnecting')
}
