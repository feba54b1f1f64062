import type { Subscriber } from 'rxjs'
import { CallError } from '../core/errors.ts'
import type { Description, Env, PeerCommand, PeerEvent, PeerOptions } from '../core/ports/index.ts'
import { fakeStream } from './fake-stream.ts'
import { nameOf, readSdp, writeSdp, type VirtualSdp } from './virtual-sdp.ts'

export interface VirtualPeerTimes {
  /** Milliseconds that one operation (create, set, add) takes. Operations wait for each other (W3C WebRTC §4.4.1.2). */
  readonly operationMs: number
  /** Milliseconds from a complete negotiation to a connection. */
  readonly connectMs: number
  /** Milliseconds from one peer to the other. */
  readonly latencyMs: number
}

const CANDIDATES = 2

/**
 * One end of a virtual peer connection, as the port's contract describes it: operations one after the other, an answer
 * that must match its offer, candidates that need a description and carry its ufrag. Two ends connect when each has the
 * other's description and a candidate of it.
 */
export class VirtualPeer {
  private signaling: RTCSignalingState = 'stable'
  private state: RTCPeerConnectionState = 'new'
  private local: VirtualSdp | undefined
  private remote: VirtualSdp | undefined
  private versions = 0
  private freeAt = 0
  private gathered = false
  private candidates = 0
  private early: PeerCommand[] = []
  private readonly id: string
  private readonly options: PeerOptions
  private readonly times: VirtualPeerTimes
  private readonly env: Env
  private readonly peers: ReadonlyMap<string, VirtualPeer>
  private readonly events: Subscriber<PeerEvent>

  constructor(
    id: string,
    options: PeerOptions,
    times: VirtualPeerTimes,
    env: Env,
    peers: ReadonlyMap<string, VirtualPeer>,
    events: Subscriber<PeerEvent>,
  ) {
    this.id = id
    this.options = options
    this.times = times
    this.env = env
    this.peers = peers
    this.events = events
  }

  start(): void {
    if (this.options.role === 'offerer') this.operate(() => this.makeOffer())
  }

  command(command: PeerCommand): void {
    switch (command.type) {
      case 'description':
        return this.operate(() => this.applyRemote(command.description))
      case 'candidate':
        return this.operate(() => this.addCandidate(command))
      case 'renegotiate':
        if (this.options.role === 'offerer') this.operate(() => this.makeOffer())
        return
      case 'send': {
        const other = this.other()
        if (this.state === 'connected' && other)
          other.later(this.times.latencyMs, () => other.emit({ type: 'data', data: command.data }))
      }
    }
  }

  /** Closes this end; the other one notices a latency later. */
  close(): void {
    const other = this.other()
    if (other && this.state === 'connected') other.later(this.times.latencyMs, () => other.events.complete())
  }

  fail(): void {
    this.setState('disconnected')
    this.later(this.times.connectMs, () => this.setState('failed'))
    this.later(this.times.connectMs, () =>
      this.events.error(new CallError('connection-failed', 'the virtual network was cut')),
    )
  }

  private makeOffer(): void {
    if (this.signaling !== 'stable') return
    this.local = this.describe()
    this.setSignaling('have-local-offer')
    this.emit({ type: 'description', description: { type: 'offer', sdp: writeSdp(this.local) } })
    this.gather()
  }

  private applyRemote(description: Description): void {
    const content = readSdp(description)
    if (!content) return this.reject('the description is not one of a virtual peer')
    if (this.remote && nameOf(this.remote) === nameOf(content)) return
    if (description.type === 'answer') return this.applyAnswer(content)
    if (this.signaling !== 'stable')
      return this.reject('an offer came while another one waits for its answer')
    this.setRemote(content, 'have-remote-offer')
    this.operate(() => this.makeAnswer(content))
  }

  private applyAnswer(content: VirtualSdp): void {
    if (this.signaling !== 'have-local-offer' || !this.local) return
    if (content.answers !== nameOf(this.local)) return this.reject('the answer is to another offer')
    this.setRemote(content, 'stable')
    this.connect()
  }

  private makeAnswer(offer: VirtualSdp): void {
    this.local = { ...this.describe(), answers: nameOf(offer) }
    this.setSignaling('stable')
    this.emit({ type: 'description', description: { type: 'answer', sdp: writeSdp(this.local) } })
    this.gather()
    this.connect()
  }

  private setRemote(content: VirtualSdp, signaling: RTCSignalingState): void {
    const known = this.remote?.kinds ?? []
    this.remote = content
    this.setSignaling(signaling)
    const fresh = content.kinds.filter((kind) => !known.includes(kind))
    const stream = fakeStream(`${content.peer}-stream`, fresh)
    for (const track of stream.getTracks()) this.emit({ type: 'track-added', track, stream })
    const early = this.early
    this.early = []
    early.forEach((command) => this.command(command))
  }

  private addCandidate(command: Extract<PeerCommand, { type: 'candidate' }>): void {
    if (!this.remote) {
      this.early.push(command)
      return
    }
    if (command.candidate?.usernameFragment !== this.remote.ufrag) return
    this.candidates++
    this.connect()
  }

  private gather(): void {
    if (this.gathered) return
    this.gathered = true
    this.emit({ type: 'ice-gathering-state', state: 'gathering' })
    const usernameFragment = this.ufrag()
    for (let n = 1; n <= CANDIDATES; n++) {
      const candidate = {
        candidate: `candidate:${n} ${this.id}`,
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment,
      }
      this.later(n * this.times.operationMs, () => this.emit({ type: 'candidate', candidate }))
    }
    this.later((CANDIDATES + 1) * this.times.operationMs, () => {
      this.emit({ type: 'candidate', candidate: null })
      this.emit({ type: 'ice-gathering-state', state: 'complete' })
    })
  }

  private connect(): void {
    const other = this.other()
    if (this.state !== 'new' || !other || other.state !== 'new' || !this.ready() || !other.ready()) return
    for (const end of [this, other]) {
      end.setState('connecting')
      end.later(end.times.connectMs, () => end.connected())
    }
  }

  private connected(): void {
    this.setState('connected')
    this.emit({ type: 'data-open' })
  }

  private ready(): boolean {
    return this.signaling === 'stable' && this.candidates > 0 && this.other()?.other() === this
  }

  private other(): VirtualPeer | undefined {
    return this.remote && this.peers.get(this.remote.peer)
  }

  private describe(): VirtualSdp {
    const kinds = this.options.stream?.getTracks().map(({ kind }) => kind as 'audio' | 'video') ?? []
    return { peer: this.id, version: ++this.versions, ufrag: this.ufrag(), kinds }
  }

  private ufrag(): string {
    return `${this.id}-ufrag`
  }

  private setSignaling(state: RTCSignalingState): void {
    this.signaling = state
    this.emit({ type: 'signaling-state', state })
  }

  private setState(state: RTCPeerConnectionState): void {
    this.state = state
    this.emit({ type: 'connection-state', state })
  }

  private reject(message: string): void {
    this.events.error(new CallError('negotiation-failed', message))
  }

  private emit(event: PeerEvent): void {
    this.events.next(event)
  }

  /** Runs an operation after those before it. */
  private operate(operation: () => void): void {
    this.freeAt = Math.max(this.freeAt, this.env.scheduler.now()) + this.times.operationMs
    this.later(this.freeAt - this.env.scheduler.now(), operation)
  }

  private later(ms: number, work: () => void): void {
    this.env.scheduler.schedule(() => {
      if (!this.events.closed) work()
    }, ms)
  }
}
