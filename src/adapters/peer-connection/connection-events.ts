import {
  EMPTY,
  asyncScheduler,
  distinctUntilChanged,
  fromEvent,
  map,
  merge,
  of,
  switchMap,
  timer,
  type Observable,
} from 'rxjs'
import type { PeerEvent } from '../../core/ports/index.ts'

/** Milliseconds without a candidate before the end of candidates counts. */
const settleMs = 20

/** Milliseconds after an event when the state is read again, in case it had not changed yet. */
const looksMs = [20, 200, 2000]

/**
 * The changes of a peer connection's four states, and the end of each candidate gathering. Unsubscribing removes the
 * listeners; the connection stays open.
 */
export function connectionEvents(connection: RTCPeerConnection): Observable<PeerEvent> {
  const changed = (event: string) => fromEvent(connection, event)
  return merge(
    states(withLaterLooks(changed('connectionstatechange')), () => connection.connectionState).pipe(
      map((state) => ({ type: 'connection-state', state }) as const),
    ),
    states(withLaterLooks(changed('iceconnectionstatechange')), () => connection.iceConnectionState).pipe(
      map((state) => ({ type: 'ice-connection-state', state }) as const),
    ),
    states(changed('icegatheringstatechange'), () => connection.iceGatheringState).pipe(
      map((state) => ({ type: 'ice-gathering-state', state }) as const),
    ),
    states(changed('signalingstatechange'), () => connection.signalingState).pipe(
      map((state) => ({ type: 'signaling-state', state }) as const),
    ),
    endOfCandidates(connection),
  )
}

/** libwebrtc in Node reports a change late, when the state may have changed again. So repeated states are dropped. */
function states<S>(changed$: Observable<unknown>, state: () => S): Observable<S> {
  return changed$.pipe(map(state), distinctUntilChanged())
}

/**
 * The package `@roamhq/wrtc` fires `connectionstatechange` only together with the ICE event. On a busy machine, the
 * state has not changed by then. Without a second read, such a connection would never be `connected`.
 */
function withLaterLooks(changed$: Observable<unknown>): Observable<unknown> {
  return changed$.pipe(
    switchMap((event) => merge(of(event), ...looksMs.map((ms) => timer(ms, asyncScheduler)))),
  )
}

/**
 * A null candidate marks the end (W3C WebRTC, 4.8.2). But libwebrtc in Node sends one too early if it reads the
 * gathering state late. So it counts only when no candidate follows it.
 */
function endOfCandidates(connection: RTCPeerConnection): Observable<PeerEvent> {
  return fromEvent<RTCPeerConnectionIceEvent>(connection, 'icecandidate').pipe(
    switchMap(({ candidate }) => (candidate ? EMPTY : timer(settleMs, asyncScheduler))),
    map(() => ({ type: 'candidate', candidate: null })),
  )
}
