import {
  EMPTY,
  catchError,
  concatMap,
  defer,
  filter,
  from,
  fromEvent,
  map,
  merge,
  mergeMap,
  of,
  type Observable,
} from 'rxjs'
import { CallError, reasonOf } from '../../core/errors.ts'
import type { PeerCommand, PeerEvent, SendingLimits } from '../../core/ports/index.ts'
import { problemOfLimits } from '../../core/ports/sending-limits.ts'
import type { LimitName } from './sender-parameters.ts'
import type { VideoParameters } from './video-parameters.ts'

/**
 * Carries out each command `limit` for the video that `connection` sends, one after the other. The limits wait for a
 * video sender, and are checked again after each negotiation. They survive another track. Nothing is set if nothing
 * changes.
 *
 * Emits an `error` with the code `not-supported` when the platform refuses limits, which then change nothing. Emits one
 * when it ignores a limit, once for each limit of the connection. Never errors. Unsubscribing leaves the limits as they
 * are.
 */
export function sendingLimits(
  connection: RTCPeerConnection,
  command$: Observable<PeerCommand>,
  parameters: VideoParameters,
): Observable<PeerEvent> {
  const reported = new Set<LimitName>()
  let hasLimits = false

  const apply = (limits: SendingLimits): Observable<PeerEvent> =>
    defer(() => parameters.limit(videoSenders(connection), limits)).pipe(
      mergeMap((ignored) => from([...ignored].filter((name) => !reported.has(name)))),
      map((name) => {
        reported.add(name)
        return errorEvent(`the platform ignores the limit ${name} of sent video; other limits apply`)
      }),
      catchError((thrown: unknown) =>
        of(
          errorEvent(
            `the platform refused to limit sent video to ${JSON.stringify(limits)}${reasonOf(thrown)}; ` +
              'nothing has changed: use other limits, or none',
            thrown,
          ),
        ),
      ),
    )

  const commanded$ = command$.pipe(
    filter((command) => command.type === 'limit'),
    map(({ limits }) => () => {
      const problem = problemOfLimits(limits)
      if (problem !== null) return of(errorEvent(`sent video was not limited: ${problem}`))
      hasLimits = true
      return apply(limits)
    }),
  )
  const negotiated$ = fromEvent(connection, 'signalingstatechange').pipe(
    filter(() => hasLimits && connection.signalingState === 'stable'),
    map(() => () => apply(parameters.limits())),
  )
  return merge(commanded$, negotiated$).pipe(
    // The connection outlives its command stream.
    catchError(() => EMPTY),
    concatMap((work) => work()),
  )
}

function videoSenders(connection: RTCPeerConnection): readonly RTCRtpSender[] {
  return connection
    .getTransceivers()
    .filter(({ receiver, direction }) => receiver.track.kind === 'video' && direction !== 'stopped')
    .map(({ sender }) => sender)
}

function errorEvent(message: string, cause?: unknown): PeerEvent {
  return {
    type: 'error',
    error: new CallError('not-supported', message, cause === undefined ? {} : { cause }),
  }
}
