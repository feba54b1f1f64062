import { EMPTY, Subject, map, merge, type Observable, type Subscription } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { PeerCommand, PeerEvent, PeerPort } from '../../core/ports/index.ts'
import type {
  AgentCommand,
  AgentLink,
  AgentMessage,
  AgentRequest,
  Arrived,
  Census,
  Kind,
  MemoryCensus,
  Opened,
  Picture,
  Told,
} from './agent-messages.ts'
import type { ConnectionWatch } from './watch-connections.ts'

export interface AgentOptions {
  /** The adapter under test. */
  readonly port: PeerPort
  /** See watchConnections. */
  readonly connections: ConnectionWatch
  /** Creates a live track whose picture or sound keeps changing. */
  readonly newTrack: (kind: Kind, picture: Picture) => MediaStreamTrack
  readonly newStream: (tracks: MediaStreamTrack[]) => MediaStream
  /**
   * Collects garbage and resolves with the bytes in use afterwards, if the platform can. Run the collection with an
   * empty stack, because references on the stack count as in use.
   */
  readonly usedMemory?: (() => number | Promise<number>) | undefined
  /** The uncaught errors of this place. They fail the running case. */
  readonly uncaught$?: Observable<unknown> | undefined
}

interface OpenPeer {
  readonly command$: Subject<PeerCommand>
  readonly subscription: Subscription
  /** The number of events that it has emitted. */
  readonly told: () => number
  /** Remote tracks that have been added and not removed. */
  readonly tracks: Map<string, MediaStreamTrack>
}

/**
 * Owns the peers of one side of a conformance case. Runs where the adapter runs: in a page, in Node.js, or in the test
 * itself. Its requests are JSON, so a runner can forward them to another process and run the whole suite there.
 *
 * @example
 * const { webRtc, connections } = watchConnections(wrtc)
 * const agent = conformanceAgent({ port: myPeer({ wrtc: webRtc }), connections, newTrack, newStream })
 */
export function conformanceAgent(options: AgentOptions): AgentLink {
  const { port, connections, newTrack, newStream, usedMemory, uncaught$ = EMPTY } = options
  const message$ = new Subject<AgentMessage>()
  const peers = new Map<string, OpenPeer>()
  const streams = new Map<string, MediaStream>()

  const open = ({ peer, role, stream }: Extract<AgentRequest, { do: 'open' }>): Opened => {
    const command$ = new Subject<PeerCommand>()
    const tracks = new Map<string, MediaStreamTrack>()
    const made = connections.made()
    let count = 0
    const tell = (told: Told): void => {
      count++
      message$.next({ peer, told })
    }

    const event$ = port.open({ role, stream: stream === null ? null : known(streams, stream) }, command$)
    const beforeSubscribing = connections.made() - made
    const subscription = event$.subscribe({
      next: (event) => {
        if (event.type === 'track-added') tracks.set(event.track.id, event.track)
        if (event.type === 'track-removed') tracks.delete(event.track.id)
        tell(asJson(event))
      },
      error: (error: unknown) => tell(errored(error)),
      complete: () => tell({ type: 'completed' }),
    })
    peers.set(peer, { command$, subscription, tracks, told: () => count })
    return { beforeSubscribing, afterSubscribing: connections.made() - made }
  }

  const commandOf = (command: AgentCommand): PeerCommand => {
    if (command.type !== 'track') return command
    const { kind, track } = command
    return { type: 'track', kind, track: track && localTrack(known(streams, track.stream), track.kind) }
  }

  const arrived = ({ tracks }: OpenPeer): Promise<Arrived[]> =>
    Promise.all([...tracks.values()].map((track) => connections.arrived(track)))

  const close = ({ subscription, told, tracks }: OpenPeer): number => {
    subscription.unsubscribe()
    tracks.clear()
    return told()
  }

  const census = (): Census => ({ open: connections.open() })

  const memory = async (): Promise<MemoryCensus | null> =>
    usedMemory ? { bytes: await usedMemory(), connections: connections.held() } : null

  const forget = (request: Extract<AgentRequest, { do: 'forget' }>): void => {
    for (const name of request.peers) {
      peers.get(name)?.subscription.unsubscribe()
      peers.delete(name)
    }
    for (const name of request.streams) {
      for (const track of streams.get(name)?.getTracks() ?? []) track.stop()
      streams.delete(name)
    }
  }

  const carryOut = (request: AgentRequest): unknown => {
    switch (request.do) {
      case 'stream':
        streams.set(request.stream, newStream(request.kinds.map((kind) => newTrack(kind, request.picture))))
        return
      case 'open':
        return open(request)
      case 'command':
        // A case that timed out is over, but may still have commands in flight.
        if (peers.has(request.peer)) known(peers, request.peer).command$.next(commandOf(request.command))
        return
      case 'close':
        return close(known(peers, request.peer))
      case 'arrived':
        return arrived(known(peers, request.peer))
      case 'listening':
        return known(peers, request.peer).command$.observed
      case 'live':
        return known(streams, request.stream)
          .getTracks()
          .filter(({ readyState }) => readyState === 'live')
          .map(({ kind }) => kind)
      case 'census':
        return census()
      case 'memory':
        return memory()
      case 'forget':
        forget(request)
    }
  }

  return {
    request: (request) => new Promise((resolve) => resolve(carryOut(request))),
    message$: merge(message$, uncaught$.pipe(map((error) => ({ peer: null, uncaught: describe(error) })))),
  }
}

function known<T>(things: ReadonlyMap<string, T>, name: string): T {
  const thing = things.get(name)
  if (thing === undefined) throw new Error(`the agent does not know ${name}`)
  return thing
}

function localTrack(stream: MediaStream, kind: Kind): MediaStreamTrack {
  const track = stream.getTracks().find((each) => each.kind === kind)
  if (track === undefined) throw new Error(`the stream has no ${kind} track`)
  return track
}

function asJson(event: PeerEvent): Told {
  return event.type === 'track-added' || event.type === 'track-removed'
    ? { type: event.type, kind: event.track.kind, track: event.track.id }
    : event
}

function errored(error: unknown): Told {
  return { type: 'errored', code: CallError.is(error) ? error.code : null, message: describe(error) }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
