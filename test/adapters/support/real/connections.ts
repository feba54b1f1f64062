import wrtc from '@roamhq/wrtc'
import { VirtualTimeScheduler } from 'rxjs'
import { expect } from 'vitest'
import { VirtualConnection, VirtualNetwork, fakeStreamOf, fakeTrack } from '../../../../src/testing/index.ts'
import type { Done } from '../../../../src/testing/index.ts'
import { LaneLog } from './lanes.ts'

export type Kind = 'audio' | 'video'
export interface Description {
  readonly type: 'offer' | 'answer' | 'rollback'
  readonly sdp: string
}

/** A connection as a script works it, real or not: descriptions and candidates are its own kind's. */
export interface ScriptedConnection {
  readonly log: LaneLog
  readonly candidates: readonly RTCIceCandidateInit[]
  addTrack(kind: Kind): void
  removeTrack(kind: Kind): void
  receive(kind: Kind): void
  replaceTrack(from: Kind, to: Kind): Promise<void>
  createDataChannel(): void
  send(data: string): void
  restartIce(): void
  create(type: 'offer' | 'answer'): Promise<Description>
  setLocal(description: Description): Promise<void>
  setRemote(description: Description): Promise<void>
  addCandidate(candidate: RTCIceCandidateInit | null): Promise<void>
  close(): void
}

export interface ConnectionWorld {
  connection(): ScriptedConnection
  /** Lets what is under way happen, until `isDone` where that is given. */
  settle(isDone?: () => boolean): Promise<void>
}

/** Virtual connections on a clock of their own. */
export function virtualWorld(): ConnectionWorld {
  const scheduler = new VirtualTimeScheduler()
  const network = new VirtualNetwork({ scheduler, id: () => '' })
  const flush = (): void => {
    // Short of the timeouts of ICE.
    scheduler.maxFrames = scheduler.frame + 100
    scheduler.flush()
  }
  let tracks = 0
  const newTrack = (kind: Kind) => fakeTrack(`${kind}-${++tracks}`, kind) as unknown as MediaStreamTrack
  const promised = <T>(operation: (done: Done<T>) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      operation((error, result) => {
        if (error) reject(error)
        else resolve(result as T)
      })
      flush()
    })

  const connection = (): ScriptedConnection => {
    const log = new LaneLog()
    const candidates: RTCIceCandidateInit[] = []
    const fake = new VirtualConnection(network, (event) => {
      if (event.type === 'candidate') {
        log.note('candidate', event.candidate ? 'some' : 'end')
        if (event.candidate) candidates.push(event.candidate)
      } else if (event.type === 'negotiation-needed') log.note('negotiation', 'needed')
      else if ('state' in event) log.note(event.type, event.state)
      else if ('track' in event) log.note(event.type, event.track.kind)
      else if (event.type === 'data') log.note('data', String(event.data))
      else log.note('channel', event.type)
    })
    const senderOf = (kind: Kind) => {
      const transceiver = fake.transceivers.find((each) => each.kind === kind && each.track)
      if (!transceiver) throw new Error(`no ${kind} is sent`)
      return transceiver
    }
    return {
      log,
      candidates,
      addTrack: (kind) => void fake.addTrack(newTrack(kind), fakeStreamOf('stream', [])),
      removeTrack: (kind) => fake.removeTrack(senderOf(kind)),
      receive: (kind) => void fake.addTransceiver(kind, 'recvonly'),
      replaceTrack: (from, to) => promised((done) => fake.replaceTrack(senderOf(from), newTrack(to), done)),
      createDataChannel: () => fake.createDataChannel(),
      send: (data) => fake.send(data),
      restartIce: () => fake.restartIce(),
      create: (type) =>
        promised((done) => (type === 'offer' ? fake.createOffer(done) : fake.createAnswer(done))),
      setLocal: async (description) => {
        await promised((done) => fake.setLocalDescription(description, done))
      },
      setRemote: (description) => promised((done) => fake.setRemoteDescription(description, done)),
      addCandidate: (candidate) =>
        promised((done) =>
          fake.addIceCandidate(candidate && { ...candidate, candidate: candidate.candidate ?? '' }, done),
        ),
      close: () => fake.close(),
    }
  }
  return {
    connection,
    settle: (isDone) => {
      flush()
      return isDone?.() === false ? Promise.reject(new Error('the fake never got there')) : Promise.resolve()
    },
  }
}

/** Connections of libwebrtc. Closed with `close`. */
export function realWorld(): ConnectionWorld & { readonly close: () => void } {
  const open: RTCPeerConnection[] = []
  const stops: (() => void)[] = []
  const newTrack = (kind: Kind): MediaStreamTrack => {
    const source =
      kind === 'audio' ? new wrtc.nonstandard.RTCAudioSource() : new wrtc.nonstandard.RTCVideoSource()
    const track = source.createTrack()
    stops.push(() => track.stop())
    return track
  }

  const connection = (): ScriptedConnection => {
    const log = new LaneLog()
    const candidates: RTCIceCandidateInit[] = []
    const real = new wrtc.RTCPeerConnection({ iceServers: [] })
    open.push(real)
    let channel: RTCDataChannel | undefined
    let isClosed = false
    // A real connection tells nothing of its own close either; libwebrtc in Node does.
    const note = (lane: string, what: string): void => {
      if (!isClosed) log.note(lane, what)
    }
    const use = (opened: RTCDataChannel): void => {
      channel = opened
      opened.onopen = () => note('channel', 'data-open')
      opened.onclose = () => note('channel', 'data-closed')
      opened.onmessage = ({ data }) => note('data', String(data))
    }
    real.onsignalingstatechange = () => note('signaling-state', real.signalingState)
    real.onconnectionstatechange = () => note('connection-state', real.connectionState)
    real.oniceconnectionstatechange = () => note('ice-connection-state', real.iceConnectionState)
    real.onicegatheringstatechange = () => note('ice-gathering-state', real.iceGatheringState)
    real.onnegotiationneeded = () => note('negotiation', 'needed')
    real.ontrack = ({ track }) => note('track-added', track.kind)
    real.ondatachannel = (event) => use(event.channel)
    real.onicecandidate = ({ candidate }) => {
      // Its end of candidates comes at any time, and several times.
      if (candidate) candidates.push(candidate.toJSON())
      if (candidate) note('candidate', 'some')
    }
    const senderOf = (kind: Kind): RTCRtpSender => {
      const sender = real.getSenders().find(({ track }) => track?.kind === kind)
      if (!sender) throw new Error(`no ${kind} is sent`)
      return sender
    }
    return {
      log,
      candidates,
      addTrack: (kind) => void real.addTrack(newTrack(kind), new wrtc.MediaStream()),
      removeTrack: (kind) => real.removeTrack(senderOf(kind)),
      receive: (kind) => void real.addTransceiver(kind, { direction: 'recvonly' }),
      replaceTrack: async (from, to) => senderOf(from).replaceTrack(newTrack(to)),
      createDataChannel: () => use(real.createDataChannel('x')),
      send: (data) => {
        if (!channel) throw new DOMException('there is no data channel', 'InvalidStateError')
        channel.send(data)
      },
      restartIce: () => real.restartIce(),
      create: async (type) => {
        const { sdp = '' } = await (type === 'offer' ? real.createOffer() : real.createAnswer())
        return { type, sdp }
      },
      setLocal: (description) => real.setLocalDescription(description),
      setRemote: (description) => real.setRemoteDescription(description),
      addCandidate: (candidate) => real.addIceCandidate(candidate),
      close: () => {
        isClosed = true
        real.close()
      },
    }
  }
  return {
    connection,
    settle: async (isDone) => {
      if (isDone) await expect.poll(isDone, { timeout: 4000, interval: 2 }).toBe(true)
    },
    close: () => {
      for (const real of open) if (real.signalingState !== 'closed') real.close()
      stops.forEach((stop) => stop())
    },
  }
}
