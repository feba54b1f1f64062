import { fromEvent, map, take, tap, type Observable } from 'rxjs'
import type { RolePort } from '../../core/negotiation/negotiate-as.ts'
import type { Description } from '../../core/ports/index.ts'
import { promiseResource } from '../promise-resource.ts'

/**
 * The negotiation of an RTCPeerConnection as Observables.
 *
 * It makes descriptions explicitly and never reads the connection's local description: `@roamhq/wrtc` serializes it
 * while another thread adds candidates to it, which can crash the process. It rolls back explicitly, too, because
 * libwebrtc in Node does not do so by itself when an offer arrives.
 *
 * `remoteDescriptionApplied` runs after each remote description is applied, before the answer is created.
 */
export function negotiationPort(
  connection: RTCPeerConnection,
  remoteDescriptionApplied: () => void,
): RolePort {
  return {
    negotiationNeeded$: fromEvent(connection, 'negotiationneeded'),
    transceivers: () => connection.getTransceivers(),
    signalingState: () => connection.signalingState,
    createOffer: () => operation(() => connection.createOffer()).pipe(map(description('offer'))),
    createAnswer: () => operation(() => connection.createAnswer()).pipe(map(description('answer'))),
    setLocalDescription: (local) => operation(() => connection.setLocalDescription(local)),
    rollBack: () => operation(() => connection.setLocalDescription({ type: 'rollback', sdp: '' })),
    setRemoteDescription: (remote) =>
      operation(() => connection.setRemoteDescription(remote)).pipe(tap(remoteDescriptionApplied)),
    addCandidate: (candidate) => operation(() => connection.addIceCandidate(candidate)),
    ...('restartIce' in connection && { restartIce: () => connection.restartIce() }),
  }
}

function operation<T>(run: () => Promise<T>): Observable<T> {
  return promiseResource(run, () => undefined).pipe(take(1))
}

function description(type: Description['type']): (init: RTCSessionDescriptionInit) => Description {
  return ({ sdp = '' }) => ({ type, sdp })
}
