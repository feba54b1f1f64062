import { EMPTY, catchError, concatMap, defer, ignoreElements, take, type Observable } from 'rxjs'
import type { PeerCommand } from '../../core/ports/index.ts'
import { promiseResource } from '../promise-resource.ts'

export type TrackCommand = Extract<PeerCommand, { readonly type: 'track' }>

/**
 * Carries out each `track` command, one after the other. A kind that is sent already, or was, changes its track without a new
 * offer; the first track of a kind is given to `add`, which lets the connection take a sender that has never sent (W3C WebRTC,
 * 5.1, addTrack), and which has to see to the new offer. A track that the connection refuses leaves what was sent before.
 *
 * Emits nothing. Unsubscribing leaves the tracks as they are.
 */
export function localTracks(
  connection: RTCPeerConnection,
  command$: Observable<TrackCommand>,
  add: (track: MediaStreamTrack) => void,
): Observable<never> {
  // A sender without a track does not tell what it sent before.
  const senders = new Map<TrackCommand['kind'], RTCRtpSender>()

  const senderOf = (kind: TrackCommand['kind']): RTCRtpSender | undefined => {
    const sender = senders.get(kind) ?? connection.getSenders().find(({ track }) => track?.kind === kind)
    if (sender) senders.set(kind, sender)
    return sender
  }

  const carryOut = ({ kind, track }: TrackCommand): Observable<never> => {
    const sender = senderOf(kind)
    if (sender) {
      return promiseResource(
        () => sender.replaceTrack(track),
        () => undefined,
      ).pipe(take(1), ignoreElements())
    }
    if (track?.kind === kind) add(track)
    senderOf(kind)
    return EMPTY
  }

  return command$.pipe(concatMap((command) => defer(() => carryOut(command)).pipe(catchError(() => EMPTY))))
}
