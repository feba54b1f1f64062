import { filter, fromEvent, map, merge, type Observable } from 'rxjs'
import type { PeerEvent } from '../../core/ports/index.ts'
import { candidateEvent } from './candidate-event.ts'
import { connectionEvents } from './connection-events.ts'
import { remoteTracks } from './remote-tracks.ts'

/**
 * Turns the events of an RTCPeerConnection into {@link PeerEvent}s: changes of its four states, its local candidates
 * and their end, and remote tracks. So you can also marble-test your own negotiation.
 *
 * Emits nothing on subscribing, and never completes. Unsubscribing removes its listeners; the connection stays open.
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
    // First, so that a state is reported before its consequences.
    connectionEvents(connection),
    remoteTracks(connection, Stream),
    fromEvent<RTCPeerConnectionIceEvent>(connection, 'icecandidate').pipe(
      map(({ candidate }) => candidate && candidateEvent(candidate.toJSON())),
      filter((event) => event !== null),
    ),
  )
}
