import type { Subscriber } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import {
  remoteSignalQueue,
  type RemoteSignal,
  type RemoteSignalQueue,
} from '../../core/negotiation/remote-signal-queue.ts'
import { channelClosed } from '../../core/ports/channel-closed.ts'
import type { PeerCommand, PeerEvent, PeerOptions } from '../../core/ports/index.ts'
import type { ConnectionEvent } from '../connection/connection-event.ts'
import { LocalMedia } from './local-media.ts'
import type { VirtualNetwork } from '../connection/ice/network.ts'
import { OfferRequests } from './offer-requests.ts'
import { answerStatistics } from './statistics.ts'
import { VirtualConnection } from '../connection/virtual-connection.ts'

/**
 * One end of a virtual call: a {@link VirtualConnection}, used as the simple-peer adapter uses a real one. It fulfils
 * the port's contract.
 */
export class VirtualPeer {
  private readonly connection: VirtualConnection
  private readonly remote: RemoteSignalQueue
  private readonly offers: OfferRequests
  private readonly media: LocalMedia
  private readonly role: PeerOptions['role']
  private readonly network: VirtualNetwork
  private readonly events: Subscriber<PeerEvent>

  constructor(options: PeerOptions, network: VirtualNetwork, events: Subscriber<PeerEvent>, user?: string) {
    const { role } = options
    this.role = role
    this.network = network
    this.events = events
    this.connection = new VirtualConnection(network, (event) => this.pass(event), {
      negotiationNeeded: false,
      user,
    })
    this.remote = remoteSignalQueue({
      role,
      connection: this.connection,
      signal: (signal) => this.apply(signal),
    })
    this.offers = new OfferRequests(network, () => {
      if (role === 'offerer') this.describe()
      else this.events.next({ type: 'renegotiate' })
    })
    this.media = new LocalMedia(this.connection, options)
    if (role === 'answerer') return
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
        // The answerer does not request the first offer.
        if (this.media.send(command) && (this.role === 'offerer' || this.connection.remoteDescription))
          this.offers.ask()
        return
      case 'restart':
        if (this.role === 'answerer') return
        this.connection.restartIce()
        return this.offers.ask()
      case 'get-stats':
      case 'limit':
        return answerStatistics(command, this.connection, this.network, this.events)
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

  private apply(signal: RemoteSignal): void {
    if (signal.type === 'candidate') {
      // A candidate that cannot be added costs one network path.
      this.connection.addIceCandidate(signal.candidate, () => undefined)
      return
    }
    this.connection.setRemoteDescription(signal, (error) => {
      if (error) return this.refused(error)
      if (signal.type === 'offer') {
        this.media.announce()
        // Before the candidates that waited. Here each of them takes as long as an operation, but almost no time in
        // reality.
        this.describe()
      }
      this.remote.applied()
    })
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
      const error = channelClosed(this.connection.connectionState)
      if (error) this.events.error(error)
      else this.events.complete()
      return
    }
    this.events.next(event)
    if (event.type !== 'signaling-state') return
    if (event.state === 'stable') this.offers.settle()
    this.remote.signalingStateChanged()
  }

  private refused(error: Error): void {
    this.events.error(
      new CallError('negotiation-failed', `a description could not be applied: ${error.message}`, {
        cause: error,
      }),
    )
  }
}
