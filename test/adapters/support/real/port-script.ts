import { VirtualTimeScheduler, Observable, Subject } from 'rxjs'
import SimplePeer from 'simple-peer/simplepeer.min.js'
import wrtc from '@roamhq/wrtc'
import { expect } from 'vitest'
import { nativePeer } from '../../../../src/adapters/native-peer.ts'
import { simplePeer } from '../../../../src/adapters/simple-peer.ts'
import { peerError } from '../../../../src/adapters/simple-peer/peer-error.ts'
import { signalEvent } from '../../../../src/adapters/simple-peer/signal-event.ts'
import type { PeerCommand, PeerEvent, PeerPort } from '../../../../src/core/index.ts'
import { CallError } from '../../../../src/core/index.ts'
import { fakeStream, fakeTrack, virtualPeers } from '../../../../src/testing/index.ts'
import { LaneLog, comparable, type Lanes } from './lanes.ts'

type Side = 'a' | 'b'
type Kind = 'audio' | 'video'

/** Two peers of one port that are wired to each other. */
export interface PortScript {
  /** Default: `a` offers, `b` answers. */
  readonly roles?: Readonly<Record<Side, 'offerer' | 'answerer'>>
  /** What each sends. */
  readonly sends?: Partial<Readonly<Record<Side, readonly Kind[]>>>
  /** How many copies of what `from` tells arrive; 1 by default, 0 for what is lost. */
  readonly copies?: (from: Side, what: 'offer' | 'answer' | 'candidate' | 'end') => number
  /** `who verb what`, a step a line. */
  readonly steps: readonly string[]
  /** The lanes that can be compared, as `a.end`, where others depend on what was quicker. Default: all. */
  readonly only?: readonly string[]
}

export interface PortWorld {
  readonly port: PeerPort
  readonly stream: (side: Side, kinds: readonly Kind[]) => MediaStream
  readonly track: (kind: Kind) => MediaStreamTrack
  readonly settle: (isDone?: () => boolean) => Promise<void>
  readonly close: () => void
}

/** Virtual peers; `kind` says which of their ports. */
export function virtualPort(kind: 'port' | 'nativeLike' | 'simplePeerLike'): PortWorld {
  const scheduler = new VirtualTimeScheduler()
  const peers = virtualPeers({ scheduler, id: () => '' })
  let tracks = 0
  return {
    port: peers[kind],
    stream: (side, kinds) => fakeStream(`of-${side}`, kinds),
    track: (kind) => fakeTrack(`${kind}-${++tracks}`, kind) as unknown as MediaStreamTrack,
    settle: async (isDone) => {
      scheduler.maxFrames = scheduler.frame + 100
      scheduler.flush()
      if (isDone?.() === false) throw new Error('the fake never got there')
    },
    close: () => undefined,
  }
}

/** Peers of libwebrtc, by one of the adapters or by simple-peer alone. */
export function realPort(kind: 'adapter' | 'native' | 'simple-peer'): PortWorld {
  const tracks: MediaStreamTrack[] = []
  const newTrack = (of: Kind): MediaStreamTrack => {
    const { RTCAudioSource, RTCVideoSource } = wrtc.nonstandard
    const track = (of === 'audio' ? new RTCAudioSource() : new RTCVideoSource()).createTrack()
    tracks.push(track)
    return track
  }
  return {
    port: { adapter: simplePeer({ wrtc }), native: nativePeer({ wrtc }), 'simple-peer': rawSimplePeer }[kind],
    stream: (_side, kinds) => new wrtc.MediaStream(kinds.map(newTrack)),
    track: newTrack,
    settle: async (isDone) => {
      if (isDone) await expect.poll(isDone, { timeout: 4000, interval: 2 }).toBe(true)
    },
    close: () => tracks.forEach((track) => track.stop()),
  }
}

/** As in browsers, where simple-peer gives up on a candidate that has an address and cannot be added. */
class AddressedCandidate extends wrtc.RTCIceCandidate {
  constructor(init?: RTCIceCandidateInit) {
    super(init)
    Object.assign(this, { address: '127.0.0.1' })
  }
}

/** As the adapter does it: reading a local description of libwebrtc in Node can crash the process. */
class UnreadConnection extends wrtc.RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration)
    return new Proxy(this, {
      get(target, name): unknown {
        if (name === 'localDescription') return null
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
      set: (target, name, value) => Reflect.set(target, name, value),
    })
  }
}

/** simple-peer as it is, with no more around it than it takes to speak through a port. */
const rawSimplePeer: PeerPort = {
  open: ({ role, stream }, command$) =>
    new Observable((subscriber) => {
      const peer = new SimplePeer({
        initiator: role === 'offerer',
        config: { iceServers: [] },
        wrtc: { ...wrtc, RTCPeerConnection: UnreadConnection, RTCIceCandidate: AddressedCandidate },
        trickle: true,
        objectMode: true,
        iceCompleteTimeout: 1,
      })
      const raw = peer as unknown as { on: (event: string, listener: (...given: unknown[]) => void) => void }
      raw.on('error', (error) => subscriber.error(peerError(error)))
      raw.on('close', () => subscriber.complete())
      raw.on('signal', (signal) => {
        const event = signalEvent(signal)
        if (event !== null) subscriber.next(event)
      })
      raw.on('connect', () => subscriber.next({ type: 'data-open' }))
      raw.on('data', (data) => subscriber.next({ type: 'data', data: String(data) }))
      raw.on('track', (track, home) =>
        subscriber.next({
          type: 'track-added',
          track: track as MediaStreamTrack,
          stream: home as MediaStream,
        }),
      )
      raw.on('signalingStateChange', (state) =>
        subscriber.next({ type: 'signaling-state', state: state as RTCSignalingState }),
      )
      raw.on('iceStateChange', (ice, gathering) => {
        subscriber.next({ type: 'ice-connection-state', state: ice as RTCIceConnectionState })
        subscriber.next({ type: 'ice-gathering-state', state: gathering as RTCIceGatheringState })
      })
      if (stream) peer.addStream(stream)
      subscriber.add(() => peer.destroy())
      const carryOut = (command: PeerCommand): void => {
        try {
          if (command.type === 'send') peer.send(command.data)
          else if (command.type === 'description') peer.signal(command.description)
          else if (command.type === 'renegotiate') peer.signal({ type: 'renegotiate', renegotiate: true })
          else if (unknownToSimplePeer.has(command.type)) return
          else peer.signal(command as never)
        } catch (thrown) {
          subscriber.error(peerError(thrown))
        }
      }
      subscriber.add(command$.subscribe({ next: carryOut, error: () => undefined }))
    }),
}

const unknownToSimplePeer = new Set(['track', 'restart', 'measure'])

const badCandidate: PeerCommand = {
  type: 'candidate',
  candidate: { candidate: 'candidate:1 1 udp 9 127.0.0.1 5 typ host', sdpMid: '77', sdpMLineIndex: 77 },
}

/** Runs a script in a world; the result is what each side told, by lane. */
export async function runPorts(
  world: PortWorld,
  script: PortScript,
): Promise<() => Readonly<Record<Side, Lanes>>> {
  const { roles = { a: 'offerer', b: 'answerer' }, sends = {}, copies = () => 1, steps, only } = script
  const told = { a: new LaneLog(), b: new LaneLog() }
  const command$ = { a: new Subject<PeerCommand>(), b: new Subject<PeerCommand>() }
  const kept: Record<string, PeerCommand> = {}
  const counts: Record<string, number> = {}

  const hear = (side: Side, event: PeerEvent): void => {
    const other = side === 'a' ? 'b' : 'a'
    note(told[side], event)
    if (event.type === 'renegotiate') command$[other].next(event)
    if (event.type === 'description' || event.type === 'candidate') {
      const what =
        event.type === 'description' ? event.description.type : event.candidate ? 'candidate' : 'end'
      kept[`${side}.${what}`] = event
      const count = (counts[`${side}.${what}`] ?? 0) + 1
      counts[`${side}.${what}`] = count
      kept[`${side}.${what}-${count}`] = event
      for (let copy = copies(side, what); copy > 0; copy--) command$[other].next(event)
    }
  }
  // The answerer first: the offer of the other one must not be lost.
  const subscriptions = (['b', 'a'] as const).map((side) =>
    world.port
      .open(
        { role: roles[side], stream: sends[side] ? world.stream(side, sends[side]) : null },
        command$[side],
      )
      .subscribe({
        next: (event) => hear(side, event),
        error: (error: unknown) => told[side].note('end', endOf(error)),
        complete: () => told[side].note('end', 'complete'),
      }),
  )

  for (const step of steps) {
    const [who, verb, what] = step.split(' ') as [Side, string, string]
    if (verb === 'awaits') await world.settle(() => told[who].has(what))
    else if (verb === 'sends') command$[who].next({ type: 'send', data: what })
    else if (verb === 'gets') command$[who].next(what === 'bad-candidate' ? badCandidate : keptAs(what))
    else if (verb === 'renegotiates') command$[who].next({ type: 'renegotiate' })
    else if (verb === 'restarts') command$[who].next({ type: 'restart' })
    else if (verb === 'measures') command$[who].next({ type: 'measure' })
    else if (verb === 'tracks') command$[who].next(trackCommand(what as Kind, world.track(what as Kind)))
    else if (verb === 'mutes') command$[who].next(trackCommand(what as Kind, null))
    else if (verb === 'leaves') subscriptions[who === 'b' ? 0 : 1]?.unsubscribe()
    else throw new Error(`a script knows no ${verb}`)
  }
  await world.settle()
  return () => ({
    a: lanesOf(told.a, only && lanesNamed('a', only)),
    b: lanesOf(told.b, only && lanesNamed('b', only)),
  })

  function keptAs(name: string): PeerCommand {
    if (name === 'nonsense') return { type: 'description', description: { type: 'offer', sdp: 'nonsense' } }
    if (name === 'end') return { type: 'candidate', candidate: null }
    const command = kept[name]
    if (command === undefined) throw new Error(`nobody has told ${name}`)
    return command
  }
}

const trackCommand = (kind: Kind, track: MediaStreamTrack | null): PeerCommand => ({
  type: 'track',
  kind,
  track,
})

function note(log: LaneLog, event: PeerEvent): void {
  if (event.type === 'description') log.note('description', event.description.type)
  else if (event.type === 'candidate') log.note('candidate', event.candidate ? 'some' : 'end')
  else if ('state' in event) log.note(event.type, event.state)
  else if ('track' in event) log.note(event.type, event.track.kind)
  else if (event.type === 'data') log.note('data', String(event.data))
  else log.note('channel', event.type)
}

function endOf(error: unknown): string {
  if (!(error instanceof CallError)) return String(error)
  return error.code
}

const lanesNamed = (side: Side, only: readonly string[]) =>
  only.filter((name) => name.startsWith(`${side}.`)).map((name) => name.slice(2))

/** How many candidates there are, and how far gathering got before the end, is a matter of timing. */
function lanesOf(log: LaneLog, only?: readonly string[]): Lanes {
  const lanes = Object.entries(comparable(log.all))
  const kept = lanes.filter(([lane]) =>
    only ? only.includes(lane) : lane !== 'candidate' && lane !== 'ice-gathering-state',
  )
  return Object.fromEntries(kept)
}
