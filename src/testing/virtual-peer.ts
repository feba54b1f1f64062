import type { Subscriber } from 'rxjs'
import { CallError } from '../core/errors.ts'
import type { PeerCommand, PeerEvent, PeerOptions } from '../core/ports/index.ts'
import { fakeStream } from './fake-stream.ts'
import type { ConnectionEvent } from './peers/connection-event.ts'
import type { VirtualNetwork } from './peers/network.ts'
import { OfferRequests } from './peers/offer-requests.ts'
import { RemoteSignals } from './peers/remote-signals.ts'
import type { VirtualTransceiver } from './peers/transceivers.ts'
import { VirtualConnection } from './peers/virtual-connection.ts'

export type { VirtualPeerTimes } from './peers/network.ts'

/**
 * One end of a virtual call: a {@link VirtualConnection} used as the simple-peer adapter uses a real one, so that it
 * keeps the port's contract.
 */
export class VirtualPeer {
  private readonly connection: VirtualConnection
  private readonly remote: RemoteSignals
  private readonly offers: OfferRequests
  private readonly senders = new Map<string, VirtualTransceiver>()
  private readonly role: PeerOptions['role']
  /** The stream that all tracks of this side belong to. */
  private readonly home: MediaStream
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
    this.offers = new OfferRequests(network, () => {
      if (role === 'offerer') this.describe()
      else this.events.next({ type: 'renegotiate' })
    })
    const tracks = stream?.getTracks() ?? []
    this.home = stream ?? fakeStream(`${this.connection.name}-stream`, [])
    for (const track of tracks) this.addTrack(track)
    if (role === 'answerer') return
    for (const kind of ['audio', 'video'] as const)
      if (!tracks.some((track) => track.kind === kind)) this.connection.addTransceiver(kind, 'recvonly')
    this.connection.createDataChannel()
    this.offers.begin()
  }

  command(command: PeerCommand): void {
    switch (command.type) {
      case 'description':
        return this.remote.description(command.description)
      case 'candidate':
        return this.remote.candidate(command.candidate)
      case 'renegotiate':
        if (this.role === 'offerer') this.offers.ask()
        return
      case 'track':
        return this.send(command)
      case 'restart':
        if (this.role === 'answerer') return
        this.connection.restartIce()
        return this.offers.ask()
      case 'measure':
        this.network.later(this.network.times.operationMs, () =>
          this.events.next({ type: 'received', bytes: this.connection.bytesReceived }),
        )
        return
      case 'send':
        if (this.connection.isDataChannelOpen) this.connection.send(command.data)
    }
  }

  close(): void {
    this.connection.close()
  }

  private addTrack(track: MediaStreamTrack): void {
    const transceiver = this.connection.addTrack(track, this.home)
    if (!this.senders.has(transceiver.kind)) this.senders.set(transceiver.kind, transceiver)
  }

  /** A kind that is sent already, or was, changes without a new offer. */
  private send({ kind, track }: Extract<PeerCommand, { readonly type: 'track' }>): void {
    if (track !== null && track.kind !== kind) return
    const sender = this.senders.get(kind)
    if (sender) this.connection.replaceTrack(sender, track, ignore)
    else if (track) {
      this.addTrack(track)
      // The answerer asks for no first offer.
      if (this.role === 'offerer' || this.connection.remoteDescription) this.offers.ask()
    }
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
    if (event.type !== 'signaling-state') return
    if (event.state === 'stable') this.offers.settle()
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

/** A track that is refused leaves what was sent before. */
const ignore = (): void => undefined
