import {
  EMPTY,
  Observable,
  catchError,
  connect,
  filter,
  fromEvent,
  ignoreElements,
  merge,
  mergeMap,
  tap,
} from 'rxjs'
import SimplePeer, { type SimplePeerWebRtc } from 'simple-peer/simplepeer.min.js'
import { remoteSignalQueue, type RemoteSignalQueue } from '../../core/negotiation/remote-signal-queue.ts'
import { channelClosed } from '../../core/ports/channel-closed.ts'
import type { PeerCommand, PeerEvent, PeerOptions } from '../../core/ports/index.ts'
import { connectionEvents } from '../peer-connection/connection-events.ts'
import { iceServersOf, mayRestart, type Configuration } from '../peer-connection/ice-servers.ts'
import { localTracks } from '../peer-connection/local-tracks.ts'
import { announceInAnswer, offeredSections } from '../peer-connection/media-sections.ts'
import { receivedBytes } from '../peer-connection/received-bytes.ts'
import { reportedStats } from '../peer-connection/reported-stats.ts'
import { receivedText } from '../peer-connection/received-text.ts'
import { remoteTracks } from '../peer-connection/remote-tracks.ts'
import { sendingLimits } from '../peer-connection/sending-limits.ts'
import { videoParameters } from '../peer-connection/video-parameters.ts'
import type { WebRtc } from '../peer-connection/webrtc.ts'
import { isRemoteClose, peerError } from './peer-error.ts'
import { signalEvent } from './signal-event.ts'
import { observedConnection } from './observed-connection.ts'

/** One simple-peer, which lives as long as its subscription. For the contract see PeerPort. */
export function openPeer(
  options: PeerOptions,
  command$: Observable<PeerCommand>,
  webRtc: WebRtc,
  { config, latest }: Configuration,
): Observable<PeerEvent> {
  return new Observable((subscriber) => {
    const fail = (thrown: unknown): void => subscriber.error(peerError(thrown))
    const home = options.stream ?? new webRtc.MediaStream()
    const created: { connection?: RTCPeerConnection; remote?: RemoteSignalQueue } = {}
    let state: RTCPeerConnectionState = 'new'

    const wrtc = observedConnection(webRtc, {
      created(connection) {
        created.connection = connection
        // Before simple-peer adds its own listeners, so that a state is reported before simple-peer reacts to it.
        const events$ = merge(connectionEvents(connection), remoteTracks(connection, webRtc.MediaStream))
        const noted$ = events$.pipe(
          tap((event) => {
            // simple-peer causes `closed` itself.
            if (event.type === 'connection-state' && event.state !== 'closed') state = event.state
          }),
        )
        noted$.subscribe(subscriber)
      },
      remoteDescriptionApplied() {
        // Before simple-peer creates its answer.
        if (created.connection) announceInAnswer(created.connection, options, home)
        created.remote?.applied()
      },
    })

    let peer: SimplePeer
    try {
      peer = newPeer(options.role, wrtc, { ...config, iceServers: [...latest()] })
    } catch (thrown) {
      created.connection?.close()
      fail(thrown)
      return
    }
    // The error handler is never removed, because destroying is asynchronous and an error without a listener is thrown.
    peer.on('error', (error) => (isRemoteClose(error) ? subscriber.complete() : fail(error)))
    peer.on('close', () => {
      const error = channelClosed(state)
      if (error) fail(error)
      else subscriber.complete()
    })
    subscriber.add(() => peer.destroy())

    peer.on('signal', (signal) => {
      const event = signalEvent(signal)
      if (event !== null) subscriber.next(event)
    })
    peer.on('connect', () => subscriber.next({ type: 'data-open' }))
    peer.on('data', (data) => subscriber.next({ type: 'data', data: receivedText(data) }))

    const attempt = (action: () => void): void => {
      try {
        action()
      } catch (thrown) {
        fail(thrown)
      }
    }

    const { connection } = created
    // If the connection could not be created, simple-peer is about to report why.
    if (connection === undefined) return
    attempt(() => addMedia(peer, options, home))
    if (subscriber.closed) return

    const remote = remoteSignalQueue({
      role: options.role,
      connection,
      signal: (signal) => attempt(() => peer.signal(signal)),
    })
    created.remote = remote
    subscriber.add(
      fromEvent(connection, 'signalingstatechange').subscribe({
        next: remote.signalingStateChanged,
        error: fail,
      }),
    )

    const refreshIceServers = iceServersOf(connection, latest, config)
    const carryOut = (command: PeerCommand): void => {
      if (mayRestart(command)) refreshIceServers()
      switch (command.type) {
        case 'description':
          return remote.description(command.description)
        case 'candidate':
          return remote.candidate(command.candidate)
        case 'renegotiate':
          // The answerer's simple-peer ignores it.
          return peer.signal({ type: 'renegotiate', renegotiate: true })
        case 'restart':
          if (options.role === 'answerer' || !('restartIce' in connection)) return
          // The offer that follows restarts ICE, even if simple-peer makes it only after the pending one.
          connection.restartIce()
          return peer.signal({ type: 'renegotiate', renegotiate: true })
        case 'send':
          return attempt(() => sendWhileOpen(peer, command.data))
      }
    }
    const add = (track: MediaStreamTrack): void => {
      // Skips the request for the first offer, which is made anyway.
      if (options.role === 'answerer' && connection.remoteDescription === null)
        connection.addTrack(track, home)
      else peer.addTrack(track, home)
    }
    const negotiate = (): void => {
      if (options.role === 'offerer') peer.signal({ type: 'renegotiate', renegotiate: true })
      else subscriber.next({ type: 'renegotiate' })
    }
    const received$ = receivedBytes(connection)
    const parameters = videoParameters()
    const events$ = command$.pipe(
      // The connection outlives its command stream, whether that completes or errors.
      catchError(() => EMPTY),
      connect((command$) =>
        merge(
          command$.pipe(tap(carryOut), ignoreElements()),
          localTracks(
            connection,
            command$.pipe(filter((command) => command.type === 'track')),
            { add, negotiate },
            parameters,
          ),
          sendingLimits(connection, command$, parameters),
          command$.pipe(
            filter(({ type }) => type === 'measure'),
            mergeMap(() => received$),
          ),
          command$.pipe(
            filter(({ type }) => type === 'get-stats'),
            mergeMap(() => reportedStats(connection)),
          ),
        ),
      ),
    )
    subscriber.add(events$.subscribe({ next: (event) => subscriber.next(event), error: fail }))
  })
}

/** A closing channel accepts no data. simple-peer still counts as connected, and reports the end itself. */
function sendWhileOpen(peer: SimplePeer, data: string): void {
  try {
    if (peer.connected) peer.send(data)
  } catch (thrown) {
    if (!isInvalidState(thrown)) throw thrown
  }
}

/** By name, because a DOMException from another realm is not an instance of this realm's `Error`. */
const isInvalidState = (thrown: unknown): boolean =>
  typeof thrown === 'object' && thrown !== null && 'name' in thrown && thrown.name === 'InvalidStateError'

function newPeer(role: PeerOptions['role'], wrtc: SimplePeerWebRtc, config: RTCConfiguration): SimplePeer {
  return new SimplePeer({
    initiator: role === 'offerer',
    config,
    wrtc,
    trickle: true,
    // Delivers text as strings, one event per message.
    objectMode: true,
    // Has no effect with trickle, but simple-peer starts this timer anyway and never clears it.
    iceCompleteTimeout: 1,
  })
}

/** Runs before the first negotiation, which simple-peer starts only after the current task. */
function addMedia(peer: SimplePeer, options: PeerOptions, home: MediaStream): void {
  if (options.stream !== null) peer.addStream(options.stream)
  if (options.role === 'answerer') return
  for (const [kind, init] of offeredSections(options, home)) peer.addTransceiver(kind, init)
}
