import { filter, Subject, tap, type Subscriber, type Subscription } from 'rxjs'
import { perfectNegotiation, type NegotiationCommand, type NegotiationPort } from '../../core/index.ts'
import type { Description, PeerCommand, PeerEvent, PeerOptions } from '../../core/index.ts'
import { channelLost } from './channel-lost.ts'
import type { ConnectionEvent } from './connection-event.ts'
import { LocalMedia } from './local-media.ts'
import type { VirtualNetwork } from './network.ts'
import { operation } from './operation.ts'
import { VirtualConnection } from './virtual-connection.ts'

/**
 * One end of a virtual call as the native adapter makes it: perfect negotiation, the core's own, over a
 * {@link VirtualConnection}.
 */
export class NativeLike {
  private readonly connection: VirtualConnection
  private readonly media: LocalMedia
  private readonly needed$ = new Subject<void>()
  private readonly command$ = new Subject<NegotiationCommand>()
  private readonly negotiation: Subscription
  private readonly network: VirtualNetwork
  private readonly events: Subscriber<PeerEvent>

  constructor(options: PeerOptions, network: VirtualNetwork, events: Subscriber<PeerEvent>) {
    const isOfferer = options.role === 'offerer'
    this.network = network
    this.events = events
    this.connection = new VirtualConnection(network, (event) => this.pass(event))
    if (isOfferer) this.connection.createDataChannel()
    this.media = new LocalMedia(this.connection, options)
    this.negotiation = perfectNegotiation(
      { command$: this.command$, isPolite: !isOfferer, makesOffers: isOfferer },
      negotiationPort(this.connection, this.needed$, isOfferer, () => this.media.announce()),
    ).subscribe({
      next: (event) => events.next(event),
      error: (error: unknown) => events.error(error),
    })
    // Without waiting to be told that it is needed, so that an offer of the other side never comes first.
    if (isOfferer) this.command$.next({ type: 'renegotiate' })
  }

  command(command: PeerCommand): void {
    switch (command.type) {
      case 'track':
        // The connection itself tells that a new offer is needed.
        this.media.send(command)
        return
      case 'measure':
        this.network.later(this.network.times.operationMs, () =>
          this.events.next({ type: 'received', bytes: this.connection.bytesReceived }),
        )
        return
      case 'send':
        if (this.connection.isDataChannelOpen) this.connection.send(command.data)
        return
      default:
        this.command$.next(command)
    }
  }

  close(): void {
    this.negotiation.unsubscribe()
    this.connection.close()
  }

  private pass(event: ConnectionEvent): void {
    if (event.type === 'negotiation-needed') this.needed$.next()
    else if (event.type !== 'data-closed') this.events.next(event)
    else if (this.connection.connectionState !== 'failed') this.events.complete()
    else this.events.error(channelLost())
  }
}

function negotiationPort(
  connection: VirtualConnection,
  needed$: Subject<void>,
  isOfferer: boolean,
  remoteDescriptionApplied: () => void,
): NegotiationPort {
  return {
    // A track that the offer had no section for gets none in the next one either: asking for it would never end.
    negotiationNeeded$: needed$.pipe(
      filter(() => isOfferer || connection.transceivers.every(({ mid }) => mid !== null)),
    ),
    signalingState: () => connection.signalingState,
    createOffer: () => operation<Description>((done) => connection.createOffer(done)),
    createAnswer: () => operation<Description>((done) => connection.createAnswer(done)),
    setLocalDescription: (local) => operation((done) => connection.setLocalDescription(local, done)),
    rollBack: () => operation((done) => connection.setLocalDescription({ type: 'rollback' }, done)),
    setRemoteDescription: (remote) =>
      operation<unknown>((done) => connection.setRemoteDescription(remote, done)).pipe(
        tap(remoteDescriptionApplied),
      ),
    addCandidate: (candidate) => operation((done) => connection.addIceCandidate(candidate, done)),
    restartIce: () => connection.restartIce(),
  }
}
