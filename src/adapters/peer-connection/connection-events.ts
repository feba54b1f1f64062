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

/** Milliseconds without a candidate after which the end of candidates is believed. */
const settleMs = 20

/** Milliseconds after an event at which a state is read again, in case it was not there yet. */
const looksMs = [20, 200, 2000]

/**
 * What a peer connection itself tells: its four states as they change, and the end of each gathering of candidates.
 * Unsubscribing removes the listeners; the connection stays open.
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

/** libwebrtc in Node reports a change late, by when the state may have moved on: the same state is told once. */
function states<S>(changed$: Observable<unknown>, state: () => S): Observable<S> {
  return changed$.pipe(map(state), distinctUntilChanged())
}

/**
 * The package `@roamhq/wrtc` fires the event of the connection's state with that of ICE, and only then. On a busy
 * machine that is before the state has moved: without a second look such a connection would never be `connected`.
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
