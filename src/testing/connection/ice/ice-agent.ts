import type { Subscription } from 'rxjs'
import type { ConnectionEvent } from '../connection-event.ts'
import { MediaFlow } from '../media/media-flow.ts'
import type { SentTracks } from '../media/sent-tracks.ts'
import { Gathering } from './gathering.ts'
import type { NetworkAgent, VirtualNetwork } from './network.ts'

/** Receives an agent's events. */
export interface IceListener {
  tell(event: ConnectionEvent): void
  /** What this side sends now. */
  sent(): SentTracks
  /** Data gets through to the other side, for the first time or again. */
  connected(): void
  /** The other side has closed its connection. */
  closedByOther(): void
}

/**
 * The ICE part of a virtual connection. Two agents connect once each has the other's ufrag, and one has a candidate of
 * the other. The checks find the other direction (RFC 8445, 7.3.1.3).
 *
 * ICE and DTLS are one: both become `connected` at once. There is no `completed`.
 */
export class IceAgent implements NetworkAgent {
  ice: RTCIceConnectionState = 'new'
  connection: RTCPeerConnectionState = 'new'
  readonly gathering: Gathering
  /** The ufrag of the local description. */
  ufrag: string | undefined
  /** The ufrag of the remote description. */
  remoteUfrag: string | undefined
  partner: IceAgent | undefined
  /** Whether the two belong to an offer and its answer. */
  private isSettled = false
  /** How many remote candidates are known. */
  private candidates = 0
  /** The remote generation that it has connected to, is connecting to, or has given up. */
  private pairedUfrag: string | undefined
  /** The remote generation that both sides last agreed on. */
  private settledUfrag: string | undefined
  private timer: Subscription | undefined
  readonly media: MediaFlow
  private readonly network: VirtualNetwork
  private readonly listener: IceListener
  readonly user: string | undefined

  constructor(network: VirtualNetwork, listener: IceListener, user?: string) {
    this.network = network
    this.listener = listener
    this.user = user
    this.media = new MediaFlow({
      clock: network,
      sent: () => listener.sent(),
      path: () => network.pathTo(this.partner?.user),
      partner: () => this.partner?.media,
    })
    this.gathering = new Gathering(network, (event) => listener.tell(event))
    network.agents.add(this)
  }

  get isClosed(): boolean {
    return this.ice === 'closed'
  }

  /** Whether data gets through. */
  get isUp(): boolean {
    return this.ice === 'connected' && this.hasPath()
  }

  /** A local description was applied. Gathers if its generation is new. */
  describe(ufrag: string): void {
    if (this.ufrag === ufrag) return
    this.use(ufrag)
    this.isSettled = false
    this.gathering.begin(ufrag)
  }

  /** A local description was rolled back to the one before, or to none. */
  rollBack(ufrag: string | undefined): void {
    this.isSettled = ufrag !== undefined
    if (this.ufrag === ufrag) return
    this.use(ufrag)
    this.gathering.rollBack(ufrag)
  }

  /** A remote description was applied; undefined if the first one was rolled back. */
  describeRemote(ufrag: string | undefined, candidates = 0): void {
    if (this.remoteUfrag !== ufrag) {
      this.remoteUfrag = ufrag
      this.candidates = 0
      this.isSettled = false
    }
    this.candidates += candidates
  }

  addCandidate(): void {
    this.candidates++
    this.pair()
  }

  /** An offer has met its answer. */
  settle(): void {
    this.isSettled = true
    this.settledUfrag = this.remoteUfrag
    if (this.pairedUfrag !== this.remoteUfrag && this.ice !== 'connected') this.check()
    this.pair()
  }

  lost(): void {
    this.media.isFlowing = this.isUp
    if (this.ice !== 'connected' && this.ice !== 'disconnected') return
    this.wait(this.network.times.disconnectMs, () => this.fade())
  }

  found(): void {
    this.gathering.goOn()
    if (this.ice === 'checking') this.pair()
    if (!this.hasPath()) return
    if (this.ice === 'connected') {
      this.timer?.unsubscribe()
      this.flow()
    }
    if (this.ice !== 'disconnected') return
    this.wait(this.network.times.connectMs, () => {
      // The other side may have closed meanwhile.
      if (this.hasPath()) this.up()
      else this.fade()
    })
  }

  fail(): void {
    if (this.isClosed) return
    this.pairedUfrag = this.settledUfrag
    this.become('disconnected', 'disconnected')
    this.wait(this.network.times.connectMs, () => this.giveUp())
  }

  /** Closes without a local event (W3C WebRTC, 4.4.3). The other side notices one latency later. */
  close(): void {
    const { partner } = this
    const wasUp = this.ice === 'connected'
    this.timer?.unsubscribe()
    this.ice = 'closed'
    this.connection = 'closed'
    this.gathering.close()
    this.network.agents.delete(this)
    if (this.ufrag !== undefined) this.network.byUfrag.delete(this.ufrag)
    if (partner?.partner !== this || this.network.isCut) return
    this.network.later(this.network.times.latencyMs, () => {
      if (wasUp) partner.left()
      // If only the other side is connected, it no longer gets consent to send (RFC 7675, 5.1).
      else if (partner.ice === 'connected') partner.lost()
    })
  }

  /** Data arrived over the data channel. */
  receive(data: string): void {
    this.listener.tell({ type: 'data', data })
  }

  private use(ufrag: string | undefined): void {
    if (this.ufrag !== undefined) this.network.byUfrag.delete(this.ufrag)
    this.ufrag = ufrag
    if (ufrag !== undefined) this.network.byUfrag.set(ufrag, this)
  }

  private left(): void {
    if (this.isClosed) return
    this.lost()
    this.listener.closedByOther()
  }

  private check(): void {
    this.become('checking', 'connecting')
    if (this.isClosed) return
    this.wait(this.network.times.failMs, () => this.giveUp())
  }

  /** Nothing gets through until there is a path, or until ICE fails. */
  private fade(): void {
    const { disconnectMs, failMs } = this.network.times
    this.become('disconnected', 'disconnected')
    this.wait(Math.max(0, failMs - disconnectMs), () => this.giveUp())
  }

  /** From now on, only a new generation can connect (RFC 8445, 9). */
  private giveUp(): void {
    this.pairedUfrag = this.settledUfrag
    this.become('failed', 'failed')
  }

  private pair(): void {
    const { remoteUfrag, network } = this
    if (remoteUfrag === undefined || this.pairedUfrag === remoteUfrag || network.isCut) return
    const other = network.byUfrag.get(remoteUfrag)
    if (
      !(other instanceof IceAgent) ||
      other.remoteUfrag !== this.ufrag ||
      !this.isSettled ||
      !other.isSettled
    )
      return
    if (this.candidates === 0 && other.candidates === 0) return
    this.pairedUfrag = remoteUfrag
    other.pairedUfrag = this.ufrag
    network.later(network.times.connectMs, () => {
      if (this.isClosed || other.isClosed) return
      this.partner = other
      other.partner = this
      if (network.isCut) this.pairedUfrag = other.pairedUfrag = undefined
      // A connection that has failed or lost its path meanwhile stays that way.
      else for (const end of [this, other]) if (end.ice === 'checking') end.up()
    })
  }

  private up(): void {
    if (this.isClosed) return
    this.timer?.unsubscribe()
    this.become('connected', 'connected')
    this.flow()
  }

  private flow(): void {
    this.media.isFlowing = this.isUp
    this.listener.connected()
  }

  private hasPath(): boolean {
    return this.partner?.isClosed === false && !this.network.isCut
  }

  private become(ice: RTCIceConnectionState, connection: RTCPeerConnectionState): void {
    if (this.isClosed) return
    const isIceNew = this.ice !== ice
    const isConnectionNew = this.connection !== connection
    this.ice = ice
    this.connection = connection
    this.media.isFlowing = this.isUp
    if (isIceNew) this.listener.tell({ type: 'ice-connection-state', state: ice })
    if (isConnectionNew) this.listener.tell({ type: 'connection-state', state: connection })
  }

  private wait(ms: number, work: () => void): void {
    this.timer?.unsubscribe()
    this.timer = this.network.later(ms, () => {
      if (!this.isClosed) work()
    })
  }
}
