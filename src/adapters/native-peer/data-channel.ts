import { fromEvent, ignoreElements, map, merge, tap, type Observable } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { PeerEvent } from '../../core/ports/index.ts'

/** What a data channel tells: that it is open, each text, and at last that the other side has closed it. */
export type ChannelEvent =
  Extract<PeerEvent, { type: 'data-open' | 'data' }> | { readonly type: 'data-closed' }

/** The cause that SCTP gives for "User-Initiated Abort" (RFC 9260, 3.3.10.12). */
const closedByUser = 12

/**
 * Sends `text$` over `channel` while it is open, and emits what it tells. Errors with a CallError `connection-failed` when
 * it breaks. Unsubscribing removes the listeners; the channel is closed with its connection.
 */
export function dataChannel(channel: RTCDataChannel, text$: Observable<string>): Observable<ChannelEvent> {
  channel.binaryType = 'arraybuffer'
  return merge(
    fromEvent(channel, 'open').pipe(map(() => ({ type: 'data-open' }) as const)),
    fromEvent<MessageEvent>(channel, 'message').pipe(
      map(({ data }) => ({ type: 'data', data: text(data) }) as const),
    ),
    fromEvent<RTCErrorEvent>(channel, 'error').pipe(map(({ error }) => closedOrThrown(error))),
    // Chromium may stay in `closing`, the state that begins when the other side closes its end, for ever.
    merge(fromEvent(channel, 'closing'), fromEvent(channel, 'close')).pipe(
      map(() => ({ type: 'data-closed' }) as const),
    ),
    text$.pipe(
      tap((data) => {
        if (channel.readyState === 'open') channel.send(data)
      }),
      ignoreElements(),
    ),
  )
}

/** Chromium reports the other side closing its whole connection as an abort of SCTP by the user, before `close`. */
function closedOrThrown(error: RTCError): ChannelEvent {
  if (error.sctpCauseCode === closedByUser) return { type: 'data-closed' }
  throw new CallError('connection-failed', `the data channel broke: ${error.message}`, {
    cause: error,
    detail: error.errorDetail,
  })
}

function text(data: unknown): unknown {
  return data instanceof ArrayBuffer ? new TextDecoder().decode(data) : data
}
