import type { Subscriber } from 'rxjs'
import { CallError } from '../core/errors.ts'
import type { PeerCommand, PeerEvent, PeerOptions } from '../core/ports/index.ts'
import type { ConnectionEvent } from './peers/connection-event.ts'
import type { VirtualNetwork } from './peers/network.ts'
import { RemoteSignals } from './peers/remote-signals.ts'
import { VirtualConnection } from './peers/virtual-connection.ts'

export type { VirtualPeerTimes } from './peers/network.ts'

/**
 * One end of a virtual call: a {@link VirtualConnection} used as the simple-peer adapter uses a real one, so that it
 * keeps the port's contract.
 */
export class VirtualPeer {
  private readonly connection: VirtualConnection
  private readonly remote: RemoteSignals
  private isNegotiating = false
  private isAsked = false
  private isAskedAgain = false
  private readonly role: PeerOptions['role']
  private readonly network: VirtualNetwork
  private readonly events: Subscriber<PeerEvent>

  constructor({ role, stream }: PeerOptions, network: VirtualNetwork, events: Subscriber<PeerEvent>) {
    this.role = role
    this.network = network
    this.events = events
    this.connection = new VirtualConnection(network, (event) => this.pass(event), {
      negotiationNeeded: false,
    })
    this.remote = new RemoteSignals(role, this.connection, (error, description) => {
      if (error) this.refused(error)
      else if (description?.type === 'offer') this.describe()
    })
    const tracks = stream?.getTracks() ?? []
    for (const track of tracks) this.connection.addTrack(track, stream)
    if (role === 'answerer') return
    for (const kind of ['audio', 'video'] as const)
      if (!tracks.some((track) => track.kind === kind)) this.connection.addTransceiver(kind, 'recvonly')
    this.connection.createDataChannel()
    this.negotiate()
  }

  command(command: PeerCommand): void {
    switch (command.type) {
      case 'description':
        return this.remote.description(command.description)
      case 'candidate':
        return this.remote.candidate(command.candidate)
      case 'renegotiate':
        if (this.role === 'offerer') this.askForOffer()
        return
      case 'send':
        if (this.connection.isDataChannelOpen) this.connection.send(command.data)
    }
  }

  close(): void {
    this.connection.close()
  }

  /** Requests of one instant are one. */
  private askForOffer(): void {
    if (this.isAsked) return
    this.isAsked = true
    this.network.later(0, () => {
      this.isAsked = false
      this.negotiate()
    })
  }

  private negotiate(): void {
    if (this.isNegotiating) this.isAskedAgain = true
    else this.describe()
    this.isNegotiating = true
  }

  private describe(): void {
    this.connection.setLocalDescription(undefined, (error, description) => {
      if (error) this.refused(error)
      else if (description) this.events.next({ type: 'description', description })
    })
  }

  private pass(event: ConnectionEvent): void {
    if (event.type === 'negotiation-needed') return
    if (event.type === 'data-closed') {
      this.events.complete()
      return
    }
    this.events.next(event)
    if (event.type === 'signaling-state') this.signalingStateChanged(event.state)
    else if (event.type === 'connection-state' && event.state === 'failed')
      this.events.error(new CallError('connection-failed', 'the virtual connection has lost its path'))
  }

  private signalingStateChanged(state: RTCSignalingState): void {
    if (state === 'stable') {
      const isAskedAgain = this.isAskedAgain
      this.isNegotiating = this.isAskedAgain = false
      if (isAskedAgain) this.askForOffer()
    }
    this.remote.pump()
  }

  private refused(error: Error): void {
    this.events.error(
      new CallError('negotiation-failed', `a description could not be applied: ${error.message}`, {
        cause: error,
      }),
    )
  }
}
