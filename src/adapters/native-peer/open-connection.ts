import {
  EMPTY,
  catchError,
  concat,
  connect,
  defer,
  filter,
  finalize,
  fromEvent,
  map,
  merge,
  mergeMap,
  of,
  take,
  takeWhile,
  tap,
  throwError,
  type Observable,
} from 'rxjs'
import { CallError } from '../../core/errors.ts'
import { negotiateAs } from '../../core/negotiation/negotiate-as.ts'
import { channelClosed } from '../../core/ports/channel-closed.ts'
import type { PeerCommand, PeerEvent, PeerOptions } from '../../core/ports/index.ts'
import { iceServersOf, mayRestart, type Configuration } from '../peer-connection/ice-servers.ts'
import { localTracks } from '../peer-connection/local-tracks.ts'
import { announceInAnswer, offeredSections } from '../peer-connection/media-sections.ts'
import { receivedBytes } from '../peer-connection/received-bytes.ts'
import { reportedStats } from '../peer-connection/reported-stats.ts'
import { peerEvents } from '../peer-connection/peer-events.ts'
import { sendingLimits } from '../peer-connection/sending-limits.ts'
import { videoParameters, type VideoParameters } from '../peer-connection/video-parameters.ts'
import type { WebRtc } from '../peer-connection/webrtc.ts'
import { dataChannel, type ChannelEvent } from './data-channel.ts'
import { negotiationPort } from './negotiation-port.ts'

/** One RTCPeerConnection, which lives as long as its subscription. For the contract see PeerPort. */
export function openConnection(
  options: PeerOptions,
  command$: Observable<PeerCommand>,
  { RTCPeerConnection, MediaStream }: WebRtc,
  { config, latest }: Configuration,
): Observable<PeerEvent> {
  return defer(() => {
    const connection = new RTCPeerConnection({ ...config, iceServers: [...latest()] })
    const home = options.stream ?? new MediaStream()
    const refreshIceServers = iceServersOf(connection, latest, config)
    const received$ = receivedBytes(connection)
    const parameters = videoParameters()
    const port = negotiationPort(connection, () => announceInAnswer(connection, options, home))
    return command$.pipe(
      // The connection outlives its command stream, whether that completes or errors.
      catchError(() => EMPTY),
      tap((command) => {
        if (mayRestart(command)) refreshIceServers()
      }),
      connect((command$) =>
        merge(
          // First, so that a state is reported before its consequences.
          peerEvents(connection, MediaStream),
          channelOf(connection, options, command$),
          command$.pipe(
            filter(({ type }) => type === 'measure'),
            mergeMap(() => received$),
          ),
          command$.pipe(
            filter(({ type }) => type === 'get-stats'),
            mergeMap(() => reportedStats(connection)),
          ),
          sendingLimits(connection, command$, parameters),
          // Last, because this makes the connection emit events.
          concat(
            addMedia(connection, options, home),
            merge(
              laterTracks(connection, home, command$, parameters),
              negotiateAs(options.role, command$, port),
            ),
          ),
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

/**
 * The offerer creates the data channel and announces it in-band, and the answerer accepts it. simple-peer does the
 * same, so a channel with an agreed number (`negotiated`) would never open with it.
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
  return channel$.pipe(
    mergeMap((channel) => dataChannel(channel, text$)),
    tap(({ type }) => {
      const error = type === 'data-closed' ? channelClosed(connection.connectionState) : null
      if (error) throw error
    }),
  )
}

function addMedia(connection: RTCPeerConnection, options: PeerOptions, home: MediaStream): Observable<never> {
  return defer(() => {
    for (const track of options.stream?.getTracks() ?? []) connection.addTrack(track, home)
    if (options.role === 'answerer') return EMPTY
    for (const [kind, init] of offeredSections(options, home)) connection.addTransceiver(kind, init)
    return EMPTY
  })
}

function laterTracks(
  connection: RTCPeerConnection,
  home: MediaStream,
  command$: Observable<PeerCommand>,
  parameters: VideoParameters,
): Observable<never> {
  const track$ = command$.pipe(filter((command) => command.type === 'track'))
  const actions = {
    add: (track: MediaStreamTrack) => void connection.addTrack(track, home),
    // The connection itself reports that it needs an offer.
    negotiate: () => undefined,
  }
  return localTracks(connection, track$, actions, parameters)
}
