import {
  EMPTY,
  catchError,
  concat,
  concatMap,
  defer,
  filter,
  from,
  fromEvent,
  ignoreElements,
  merge,
  mergeMap,
  startWith,
  take,
  throwError,
  type Observable,
} from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { PeerCommand } from '../../core/ports/index.ts'
import { promiseResource } from '../promise-resource.ts'
import { senderFor } from './media-sections.ts'
import { quickFirstFrame } from './quick-first-frame.ts'
import { videoParameters, type VideoParameters } from './video-parameters.ts'

export type TrackCommand = Extract<PeerCommand, { readonly type: 'track' }>

export interface TrackActions {
  /**
   * Sends the first track of its kind. The connection may reuse a sender that has never sent (W3C WebRTC, 5.1,
   * addTrack). Also asks for the new offer.
   */
  readonly add: (track: MediaStreamTrack) => void
  /** Requests a new offer if the connection itself does not. */
  readonly negotiate: () => void
}

/**
 * Carries out each `track` command, one after the other. A kind that is or was sent changes its track without a new
 * offer.
 *
 * The connection refuses that if the track does not fit what was negotiated (W3C WebRTC, 5.2, replaceTrack:
 * InvalidModificationError). Then one negotiation stops the sender, and another sends the new track. A sender that does
 * not send accepts any track. This reuses the media section, so it also works for the answerer, which cannot add one.
 * If the track's kind differs from the command's, the old track stays.
 *
 * Tracks of the connection and of commands are prepared so that their first frame is sent without delay
 * (`quickFirstFrame`).
 *
 * Emits nothing. Errors with a CallError `connection-failed` if neither way can send a track. Unsubscribing leaves the
 * tracks as they are.
 */
export function localTracks(
  connection: RTCPeerConnection,
  command$: Observable<TrackCommand>,
  { add, negotiate }: TrackActions,
  parameters: VideoParameters = videoParameters(),
): Observable<never> {
  // A sender without a track does not show what it sent before.
  const senders = new Map<TrackCommand['kind'], RTCRtpSender>()
  const { prepare, restored$ } = quickFirstFrame(connection, parameters)

  const senderOf = (kind: TrackCommand['kind']): RTCRtpSender | undefined => {
    const sender = senders.get(kind) ?? senderFor(connection, kind)
    if (sender) senders.set(kind, sender)
    return sender
  }

  const sendAnew = (sender: RTCRtpSender, track: MediaStreamTrack | null): Observable<never> => {
    // Removing a track is refused only if the media section is stopped. Then nothing is sent anyway.
    if (track === null) return EMPTY
    const transceiver = connection.getTransceivers().find((each) => each.sender === sender)
    if (transceiver === undefined) return throwError(() => new Error('its sender has no transceiver'))
    const { direction } = transceiver
    // Not `removeTrack`, which does nothing if the sender has no track at the moment.
    transceiver.direction = direction === 'sendrecv' ? 'recvonly' : 'inactive'
    negotiate()
    const stopped$ = fromEvent(connection, 'signalingstatechange').pipe(
      startWith(null),
      filter(() => connection.signalingState === 'stable' && !isSending(transceiver)),
      take(1),
      ignoreElements(),
    )
    const restart$ = defer(() => {
      transceiver.direction = direction
      negotiate()
      return EMPTY
    })
    return concat(stopped$, replace(sender, track), restart$)
  }

  const carryOut = ({ kind, track }: TrackCommand): Observable<never> => {
    if (track !== null && track.kind !== kind) return EMPTY
    const sender = senderOf(kind)
    if (sender) {
      const prepared$ = track ? prepare(sender, track) : EMPTY
      return concat(prepared$, replace(sender, track)).pipe(catchError(() => sendAnew(sender, track)))
    }
    if (track === null) return EMPTY
    add(track)
    const added = senderOf(kind)
    return added ? prepare(added, track) : EMPTY
  }

  const present$ = defer(() => from(connection.getSenders())).pipe(
    mergeMap((sender) => (sender.track ? prepare(sender, sender.track) : EMPTY)),
  )
  const commanded$ = command$.pipe(
    concatMap((command) =>
      defer(() => carryOut(command)).pipe(
        catchError((thrown: unknown) => throwError(() => unsendable(command.kind, thrown))),
      ),
    ),
  )
  return merge(restored$, present$, commanded$)
}

function replace(sender: RTCRtpSender, track: MediaStreamTrack | null): Observable<never> {
  return promiseResource(
    () => sender.replaceTrack(track),
    () => undefined,
  ).pipe(take(1), ignoreElements())
}

function isSending({ currentDirection }: RTCRtpTransceiver): boolean {
  return currentDirection === 'sendrecv' || currentDirection === 'sendonly'
}

function unsendable(kind: TrackCommand['kind'], thrown: unknown): CallError {
  return CallError.from(thrown, 'connection-failed', `the ${kind} cannot be sent`)
}
