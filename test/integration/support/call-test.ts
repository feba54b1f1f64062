import {
  callPipeline,
  createCallClient,
  IncomingMessage,
  parse,
  type CallClient,
  type CallError,
  type CallEvent,
  type CallState,
  type ConnectionState,
  type Feature,
  type SettingsOverrides,
  type MediaPort,
  type OutgoingMessage,
  type SignalingPort,
} from 'rxcall'
import { nativePeer } from 'rxcall/native-peer'
import { createRelay, type RelayOptions } from 'rxcall-relay'
import { simplePeer, type SimplePeerOptions } from 'rxcall/simple-peer'
import { socketIoSignaling, type SocketIoOptions, type SocketIoSignaling } from 'rxcall/socket.io'
import { BehaviorSubject, tap } from 'rxjs'
import { expect, test as base } from 'vitest'
import { syntheticMedia, type SyntheticMedia } from './synthetic-media.ts'
import { until } from './until.ts'
import { countedWebRtc, type CountedWebRtc } from './web-rtc.ts'

/** A client, and all that can be seen of it. */
export interface Participant {
  readonly name: string
  readonly client: CallClient
  readonly signaling: SocketIoSignaling
  readonly camera: SyntheticMedia
  readonly webRtc: CountedWebRtc
  /** Everything that happened, in order. */
  readonly events: readonly CallEvent[]
  /** What it handed to the relay, in order: numbered, and repeated if need be. */
  readonly sent: readonly OutgoingMessage[]
  /** What the relay brought it, in order. */
  readonly brought: readonly IncomingMessage[]
  /** Every error, in order. */
  readonly errors: readonly CallError[]
  /** Resolves once the call is in this phase. */
  readonly phase: <P extends CallState['phase']>(phase: P) => Promise<Extract<CallState, { phase: P }>>
}

export interface JoinOptions {
  /** In place of the synthetic camera and microphone. */
  readonly media?: MediaPort
  /** What the peer connections are made by; simple-peer by default. */
  readonly peer?: 'simple-peer' | 'native'
  /** How to connect to the relay. */
  readonly signaling?: Partial<SocketIoOptions>
  /** Options of its peer port. */
  readonly peerOptions?: (signaling: SocketIoSignaling) => Pick<SimplePeerOptions, 'iceServers' | 'config'>
  readonly settings?: SettingsOverrides
  /** The features that it knows; those of this version by default. */
  readonly features?: readonly Feature[]
}

interface RunningRelay {
  readonly url: string
  close(): Promise<void>
  /** Resolves once none of `names` is connected any more. */
  left(names: readonly string[]): Promise<unknown>
}

interface Fixtures {
  /** Options of the relay; `test.override` sets them. */
  readonly relayOptions: RelayOptions
  /** The relay of this test. */
  readonly relay: RunningRelay
  /** Connects a client to the relay; resolves once it is online. */
  readonly join: (name: string, options?: JoinOptions) => Promise<Participant>
}

/**
 * A test with a relay, and clients on real WebRTC. Afterwards every client is closed. The test fails if one of them
 * leaves a peer connection, a live track or its relay connection open.
 */
export const test = base.extend<Fixtures>({
  relayOptions: {},

  relay: async ({ relayOptions }, use) => {
    const relay = await startRelay(relayOptions)
    await use(relay)
    await relay.close()
  },

  join: async ({ relay }, use) => {
    const participants: Participant[] = []
    await use(async (name, options) => {
      const participant = createParticipant(relay.url, name, options)
      participants.push(participant)
      await until(participant.client.connection$, isOnline, `connection of ${name}`)
      return participant
    })
    for (const { client } of participants) client.close()
    for (const participant of participants) await nothingLeft(participant)
    await relay.left(participants.map(({ name }) => name))
  },
})

/** Resolves once this participant holds nothing of a call any more; rejects if it goes on holding something. */
export async function nothingLeft({ name, webRtc, camera }: Participant): Promise<void> {
  await until(webRtc.open$, (open) => open === 0, `end of ${name}'s peer connections`)
  expect(camera.live(), `${name}'s live tracks`).toEqual([])
}

/** Has `caller` call `callee`, who accepts; resolves once both are connected, with the id of the call. */
export async function connect(caller: Participant, callee: Participant): Promise<string> {
  caller.client.call(callee.name)
  await callee.phase('ringing')
  callee.client.accept()
  const [{ callId }] = await Promise.all([caller.phase('connected'), callee.phase('connected')])
  return callId
}

/** Makes a client, which nobody closes but the test. */
export function createParticipant(url: string, name: string, options: JoinOptions = {}): Participant {
  const { media, peer, peerOptions, settings = {} } = options
  const signaling = socketIoSignaling({ url, name, outsideBrowser: true, ...options.signaling })
  const camera = syntheticMedia()
  const webRtc = countedWebRtc()
  const newPeer = peer === 'native' ? nativePeer : simplePeer
  const sent: OutgoingMessage[] = []
  const brought: IncomingMessage[] = []
  const client = createCallClient({
    signaling: watchedPort(signaling, sent, brought),
    peer: newPeer({ wrtc: webRtc.wrtc, ...peerOptions?.(signaling) }),
    media: media ?? camera.port,
    settings,
    pipeline: (action$, ports, env, client) =>
      callPipeline(action$, ports, env, { ...client, features: options.features }),
  })
  const events: CallEvent[] = []
  const errors: CallError[] = []
  client.event$.subscribe((event) => events.push(event))
  client.error$.subscribe((error) => errors.push(error))

  const phase = <P extends CallState['phase']>(wanted: P) => {
    const isWanted = (state: CallState): state is Extract<CallState, { phase: P }> => state.phase === wanted
    return until(client.state$, isWanted, `phase "${wanted}" of ${name}`)
  }
  return { name, client, signaling, camera, webRtc, events, sent, brought, errors, phase }
}

/** `port`, with the messages that cross it added to the lists. */
function watchedPort(
  port: SignalingPort,
  sent: OutgoingMessage[],
  brought: IncomingMessage[],
): SignalingPort {
  return {
    connect: (outgoing$) =>
      port.connect(outgoing$.pipe(tap((message) => sent.push(message)))).pipe(
        tap((event) => {
          const message = event.type === 'message' && parse(IncomingMessage, event.message)
          if (message && message.ok) brought.push(message.value)
        }),
      ),
  }
}

async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  const connected$ = new BehaviorSubject<readonly string[]>([])
  const relay = createRelay({
    port: 0,
    host: '127.0.0.1',
    ...options,
    log: (entry) => {
      if (entry.event !== 'connected' && entry.event !== 'disconnected') return
      const { event, user: name } = entry
      const others = connected$.value.filter((other) => other !== name)
      if (event === 'connected') connected$.next([...others, name])
      if (event === 'disconnected') connected$.next(others)
    },
  })
  const { url } = await relay.listen()
  return {
    url,
    close: () => relay.close(),
    left: (names) =>
      until(connected$, (all) => !names.some((name) => all.includes(name)), `end of ${names.join()}`),
  }
}

const isOnline = ({ status }: ConnectionState) => status === 'online'
