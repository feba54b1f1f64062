import type { CandidateInit, ConnectionStats, Description, SendingLimits } from '../../core/index.ts'
import { directionOf, receives, type Direction } from './virtual-sdp.ts'
import type { ConnectionEvent } from './connection-event.ts'
import { VirtualDataChannel } from './data-channel.ts'
import { IceAgent } from './ice/ice-agent.ts'
import { sentTracks, type SentTracks } from './media/sent-tracks.ts'
import { NegotiationNeeded } from './negotiation-needed.ts'
import { Negotiation } from './negotiation.ts'
import type { VirtualNetwork } from './ice/network.ts'
import { Operations, settle } from './operations.ts'
import { RtcError } from './rtc-error.ts'
import { Transceivers, type VirtualTransceiver } from './transceivers.ts'

/** How an operation ended: with its result, or with an error. */
export type Done<T> = (error: RtcError | null, result?: T) => void

/** A description as an argument of an operation. */
export type DescriptionInit = Description | { readonly type: 'rollback' }

/**
 * An RTCPeerConnection in virtual time. Its media are figures only. It negotiates, connects and fails as W3C WebRTC specifies, with
 * another one on the same {@link VirtualNetwork}. It has one listener for its events.
 *
 * Operations call back instead of returning Promises, but not after `close`. Only operations that throw on a real
 * connection throw here. There is one data channel, and one set of candidates for all media.
 */
export class VirtualConnection {
  private readonly ice: IceAgent
  private readonly media: Transceivers
  private readonly negotiation: Negotiation
  private readonly operations: Operations
  private readonly channel: VirtualDataChannel
  private readonly needed: NegotiationNeeded
  private readonly listener: (event: ConnectionEvent) => void
  readonly name: string

  /**
   * `negotiationNeeded: false` disables that event. `user` is who has the connection, for the conditions of the paths
   * to that user.
   */
  constructor(
    network: VirtualNetwork,
    listener: (event: ConnectionEvent) => void,
    {
      negotiationNeeded = true,
      user,
    }: { readonly negotiationNeeded?: boolean; readonly user?: string | undefined } = {},
  ) {
    this.listener = listener
    this.name = network.nextName()
    this.media = new Transceivers((event) => this.tell(event))
    this.ice = new IceAgent(network, this, user)
    this.channel = new VirtualDataChannel({ network, ice: this.ice, tell: (event) => this.tell(event) })
    this.negotiation = new Negotiation({
      name: this.name,
      media: this.media,
      ice: this.ice,
      changed: (state) => this.tell({ type: 'signaling-state', state }),
    })
    this.needed = new NegotiationNeeded({
      clock: network,
      isNeeded: () => negotiationNeeded && this.operations.isEmpty && this.negotiation.isNeeded,
      tell: () => this.tell({ type: 'negotiation-needed' }),
    })
    this.operations = new Operations(network, () => this.needed.check())
  }

  get signalingState(): RTCSignalingState {
    return this.negotiation.signalingState
  }

  get connectionState(): RTCPeerConnectionState {
    return this.ice.connection
  }

  get iceConnectionState(): RTCIceConnectionState {
    return this.ice.ice
  }

  get iceGatheringState(): RTCIceGatheringState {
    return this.ice.gathering.state
  }

  get transceivers(): readonly VirtualTransceiver[] {
    return this.media.all
  }

  /** The pending description, or else the current one. */
  get remoteDescription(): Description | null {
    return this.negotiation.remoteDescription
  }

  get localDescription(): Description | null {
    return this.negotiation.localDescription
  }

  get isDataChannelOpen(): boolean {
    return this.channel.isOpen
  }

  /** The bytes received so far. They grow while the connection is up, whatever is sent. */
  get bytesReceived(): number {
    return this.ice.media.bytesReceived
  }

  /** The figures of the connection now, as a browser reports them. Media cross the path as {@link PathConditions} say. */
  getStats(): ConnectionStats {
    return this.ice.media.stats()
  }

  /** Limits the video that is sent, in place of earlier limits. */
  limit(limits: SendingLimits): void {
    this.ice.media.limit(limits)
  }

  addTrack(track: MediaStreamTrack, stream: MediaStream | null = null): VirtualTransceiver {
    this.demandOpen()
    const transceiver = this.media.addTrack(track, stream)
    this.needed.check()
    return transceiver
  }

  addTransceiver(
    kind: 'audio' | 'video',
    direction: Direction = 'sendrecv',
    stream: MediaStream | null = null,
  ): VirtualTransceiver {
    this.demandOpen()
    const transceiver = this.media.add(kind, direction, null, stream)
    this.needed.check()
    return transceiver
  }

  removeTrack(transceiver: VirtualTransceiver): void {
    this.demandOpen()
    if (transceiver.track === null) return
    transceiver.track = null
    transceiver.direction = directionOf(false, receives(transceiver.direction))
    this.needed.check()
  }

  /** Sends another track of the same kind, or none, without a negotiation (W3C WebRTC, 5.2). */
  replaceTrack(transceiver: VirtualTransceiver, track: MediaStreamTrack | null, done: Done<void>): void {
    if (track !== null && track.kind !== transceiver.kind)
      return done(new RtcError('TypeError', `a track of kind ${track.kind} cannot replace one of another`))
    this.operate(done, () => {
      transceiver.track = track
    })
  }

  createDataChannel(): void {
    this.demandOpen()
    this.media.wantsData = true
    this.needed.check()
  }

  /**
   * Sends over the data channel. Data sent while the path is broken arrives in order once it works again, unless the
   * connection is lost. Throws an InvalidStateError while the channel is not open.
   */
  send(data: string): void {
    this.channel.send(data)
  }

  /** The next offer starts a new generation of ICE. */
  restartIce(): void {
    if (this.signalingState === 'closed') return
    this.negotiation.restartIce()
    this.needed.check()
  }

  createOffer(done: Done<Description>): void {
    this.operate(done, () => this.negotiation.makeOffer())
  }

  createAnswer(done: Done<Description>): void {
    this.operate(done, () => this.negotiation.makeAnswer())
  }

  /** Without a description, creates the right one: an answer if there is a remote offer, or else an offer. */
  setLocalDescription(description: DescriptionInit | undefined, done: Done<Description | undefined>): void {
    this.operate(done, () => {
      let applied: Description | undefined
      if (description?.type === 'rollback') this.negotiation.rollBack()
      else applied = this.negotiation.setLocal(description)
      this.settled()
      return applied
    })
  }

  setRemoteDescription(description: DescriptionInit, done: Done<void>): void {
    this.operate(done, () => {
      if (description.type === 'rollback') this.negotiation.rollBack()
      else this.negotiation.setRemote(description)
      this.settled()
    })
  }

  /** `null`, or an empty candidate, is the end of candidates. */
  addIceCandidate(candidate: CandidateInit | null, done: Done<void>): void {
    const { candidate: text = '', sdpMid, sdpMLineIndex } = candidate ?? {}
    if (text !== '' && sdpMid == null && sdpMLineIndex == null)
      return done(new RtcError('TypeError', 'the candidate names no media section'))
    this.operate(done, () => {
      this.negotiation.addCandidate(candidate)
    })
  }

  /** Closes this end without an event (W3C WebRTC, 4.4.3). */
  close(): void {
    this.negotiation.signalingState = 'closed'
    this.channel.isOpen = false
    this.ice.close()
  }

  /** @internal An event of a part. */
  tell(event: ConnectionEvent): void {
    if (this.signalingState !== 'closed') this.listener(event)
  }

  /** @internal */
  sent(): SentTracks {
    return sentTracks(this.media.all)
  }

  /** @internal */
  connected(): void {
    this.openData()
    this.channel.flush()
  }

  /** @internal */
  closedByOther(): void {
    this.channel.closedByOther()
  }

  private openData(): void {
    if (this.media.hasData && this.signalingState !== 'closed') this.channel.open()
  }

  /** Handles the consequences of a description that was set. */
  private settled(): void {
    if (this.signalingState !== 'stable') return
    this.needed.reset()
    if (this.ice.ice === 'connected') this.openData()
  }

  private demandOpen(): void {
    if (this.signalingState === 'closed') throw new RtcError('InvalidStateError', 'the connection is closed')
  }

  private operate<T>(done: Done<T>, operation: () => T): void {
    if (this.signalingState === 'closed')
      return done(new RtcError('InvalidStateError', 'the connection is closed'))
    this.operations.run(() => {
      if (this.signalingState === 'closed') return
      // What an operation changes counts from now on.
      this.ice.media.count()
      settle(done, operation)
    })
  }
}
