import { EMPTY, defer, fromEvent, ignoreElements, map, merge, of, take, tap, type Observable } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { PeerEvent } from '../../core/ports/index.ts'
import { receivedText } from '../peer-connection/received-text.ts'

/** The events of a data channel: it opened, a text arrived, the other side closed it. */
export type ChannelEvent =
  Extract<PeerEvent, { type: 'data-open' | 'data' }> | { readonly type: 'data-closed' }

/** The cause that SCTP gives for "User-Initiated Abort" (RFC 9260, 3.3.10.12). */
const closedByUser = 12

/**
 * Sends `text$` over `channel` while it is open, and emits its events. Errors with a CallError `connection-failed` when
 * the channel breaks. Unsubscribing removes the listeners; the channel is closed with its connection.
 */
export function dataChannel(channel: RTCDataChannel, text$: Observable<string>): Observable<ChannelEvent> {
  channel.binaryType = 'arraybuffer'
  /** Some platforms announce a channel only once it is open, and then fire no `open` event. */
  const already = (...states: readonly RTCDataChannelState[]) =>
    defer(() => (states.includes(channel.readyState) ? of(undefined) : EMPTY))
  return merge(
    fromEvent<MessageEvent>(channel, 'message').pipe(
      map(({ data }) => ({ type: 'data', data: receivedText(data) }) as const),
    ),
    fromEvent<Partial<RTCErrorEvent>>(channel, 'error').pipe(map(({ error }) => closedOrThrown(error))),
    // After the other side closes its end, Chromium may stay in `closing` forever.
    merge(fromEvent(channel, 'closing'), fromEvent(channel, 'close'), already('closing', 'closed')).pipe(
      map(() => ({ type: 'data-closed' }) as const),
    ),
    text$.pipe(
      tap((data) => {
        if (channel.readyState === 'open') channel.send(data)
      }),
      ignoreElements(),
    ),
    // Last, because sending may begin at once.
    merge(fromEvent(channel, 'open'), already('open')).pipe(
      take(1),
      map(() => ({ type: 'data-open' }) as const),
    ),
  )
}

/**
 * Chromium reports the other side closing its whole connection as an abort of SCTP by the user, before `close`. Firefox
 * before 150 gives no reason.
 */
function closedOrThrown(error: Partial<RTCError> | undefined): ChannelEvent {
  if (error === undefined) throw new CallError('connection-failed', 'the data channel broke')
  if (error.sctpCauseCode === closedByUser) return { type: 'data-closed' }
  throw new CallError('connection-failed', `the data channel broke: ${error.message ?? 'unknown reason'}`, {
    cause: error,
    ...(error.errorDetail === undefined ? {} : { detail: { peerCode: error.errorDetail } }),
  })
}
