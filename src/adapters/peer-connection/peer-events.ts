import { filter, fromEvent, map, merge, type Observable } from 'rxjs'
import type { PeerEvent } from '../../core/ports/index.ts'
import { candidateEvent } from './candidate-event.ts'
import { connectionEvents } from './connection-events.ts'
import { remoteTracks } from './remote-tracks.ts'

/**
 * Turns what an RTCPeerConnection reports into {@link PeerEvent}s. It reports changes of its
 * four states, its local candidates and their end, and the tracks of the other side. So you can marble-test negotiation that is not rxcall's,
 * too.
 *
 * Emits nothing on subscribing, and never completes. Unsubscribing removes its listeners; the connection stays as it is.
 *
 * @param Stream The class for tracks that belong to no stream; that of the platform by default.
 *
 * @example
 * peerEvents(connection)
 *   .pipe(filter(({ type }) => type === 'connection-state'))
 *   .subscribe(({ state }) => console.log(state))
 */
export function peerEvents(
  connection: RTCPeerConnection,
  Stream: new () => MediaStream = globalThis.MediaStream,
): Observable<PeerEvent> {
  return merge(
    // First, so that a state is reported before anything that follows from it.
    connectionEvents(connection),
    remoteTracks(connection, Stream),
    fromEvent<RTCPeerConnectionIceEvent>(connection, 'icecandidate').pipe(
      map(({ candidate }) => candidate && candidateEvent(candidate.toJSON())),
      filter((event) => event !== null),
    ),
  )
}
