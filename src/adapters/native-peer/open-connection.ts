import {
  EMPTY,
  catchError,
  concat,
  concatMap,
  connect,
  defer,
  filter,
  finalize,
  fromEvent,
  map,
  merge,
  mergeMap,
  of,
  startWith,
  take,
  takeWhile,
  throwError,
  type Observable,
} from 'rxjs'
import { CallError } from '../../core/errors.ts'
import { perfectNegotiation } from '../../core/negotiation/index.ts'
import type { PeerCommand, PeerEvent, PeerOptions } from '../../core/ports/index.ts'
import { candidateEvent } from '../peer-connection/candidate-event.ts'
import { connectionEvents } from '../peer-connection/connection-events.ts'
import { remoteTracks } from '../peer-connection/remote-tracks.ts'
import type { WebRtc } from '../peer-connection/webrtc.ts'
import { dataChannel, type ChannelEvent } from './data-channel.ts'
import { negotiationPort } from './negotiation-port.ts'

/** The WebRTC classes that a native peer is made with. */
export type NativeWebRtc = Pick<WebRtc, 'RTCPeerConnection' | 'MediaStream'>

/** One RTCPeerConnection, which lives as long as its subscription. For the contract see PeerPort. */
export function openConnection(
  options: PeerOptions,
  command$: Observable<PeerCommand>,
  { RTCPeerConnection, MediaStream }: NativeWebRtc,
  config: RTCConfiguration,
): Observable<PeerEvent> {
  return defer(() => {
    const connection = new RTCPeerConnection(config)
    return command$.pipe(
      // The connection outlives its commands, however these end.
      catchError(() => EMPTY),
      connect((command$) =>
        merge(
          // First, so that a state is told before anything that follows from it.
          connectionEvents(connection).pipe(concatMap(failing)),
          remoteTracks(connection, MediaStream),
          localCandidates(connection),
          channelOf(connection, options, command$),
          // Last: from here on the connection has something to tell.
          concat(addMedia(connection, options), negotiation(connection, options, command$)),
        ),
      ),
      takeWhile((event): event is PeerEvent => event.type !== 'data-closed'),
      finalize(() => connection.close()),
    )
  }).pipe(
    catchError((thrown: unknown) =>
      throwError(() => CallError.from(thrown, 'connection-failed', 'the peer connection failed')),
    ),
  )
}

/** Tells of the end before it comes. */
function failing(event: PeerEvent): Observable<PeerEvent> {
  const isState = event.type === 'connection-state' || event.type === 'ice-connection-state'
  if (!isState || event.state !== 'failed') return of(event)
  const failed$ = throwError(
    () =>
      new CallError('connection-failed', 'the peer connection has lost every path', { detail: event.type }),
  )
  return concat(of(event), failed$)
}

function localCandidates(connection: RTCPeerConnection): Observable<PeerEvent> {
  return fromEvent<RTCPeerConnectionIceEvent>(connection, 'icecandidate').pipe(
    map(({ candidate }) => candidate && candidateEvent(candidate.toJSON())),
    filter((event) => event !== null),
  )
}

/**
 * Two simple-peers that both make an offer kill each other, so the answerer asks for one, which works whatever is on the
 * other side.
 */
function negotiation(
  connection: RTCPeerConnection,
  { role }: PeerOptions,
  command$: Observable<PeerCommand>,
): Observable<PeerEvent> {
  const remote$ = command$.pipe(
    filter(
      (command) =>
        command.type === 'description' || command.type === 'candidate' || command.type === 'renegotiate',
    ),
  )
  const sources = {
    // Without waiting to be told that it is needed, so that an offer of the other side never comes first.
    command$: role === 'offerer' ? remote$.pipe(startWith({ type: 'renegotiate' } as const)) : remote$,
    isPolite: role === 'answerer',
    makesOffers: role === 'offerer',
  }
  return perfectNegotiation(sources, negotiationPort(connection, role))
}

/**
 * The offerer makes the data channel and announces it in-band, and the answerer takes what comes. That is how simple-peer
 * does it: a channel that both sides make under an agreed number (`negotiated`) would never open with one.
 */
function channelOf(
  connection: RTCPeerConnection,
  { role }: PeerOptions,
  command$: Observable<PeerCommand>,
): Observable<ChannelEvent> {
  const channel$ =
    role === 'offerer'
      ? defer(() => of(connection.createDataChannel('rxcall')))
      : fromEvent<RTCDataChannelEvent>(connection, 'datachannel').pipe(
          map(({ channel }) => channel),
          take(1),
        )
  const text$ = command$.pipe(
    filter((command) => command.type === 'send'),
    map(({ data }) => data),
  )
  return channel$.pipe(mergeMap((channel) => dataChannel(channel, text$)))
}

function addMedia(connection: RTCPeerConnection, { role, stream }: PeerOptions): Observable<never> {
  return defer(() => {
    const tracks = stream?.getTracks() ?? []
    for (const track of tracks) connection.addTrack(track, ...(stream ? [stream] : []))
    if (role === 'answerer') return EMPTY
    // The answerer can send only what the offer has a media section for, whatever the offerer sends itself.
    for (const kind of ['audio', 'video'] as const) {
      if (!tracks.some((track) => track.kind === kind))
        connection.addTransceiver(kind, { direction: 'recvonly' })
    }
    return EMPTY
  })
}
