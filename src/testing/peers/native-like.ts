import { Subject, tap, type Subscriber, type Subscription } from 'rxjs'
import type { CallError, Description, PeerCommand, PeerEvent, PeerOptions } from '../../core/index.ts'
import { negotiateAs, type RolePort } from '../../core/negotiation/negotiate-as.ts'
import { channelClosed } from '../../core/ports/channel-closed.ts'
import type { ConnectionEvent } from '../connection/connection-event.ts'
import { LocalMedia } from './local-media.ts'
import type { VirtualNetwork } from '../connection/ice/network.ts'
import { operation } from './operation.ts'
import { answerStatistics } from './statistics.ts'
import { VirtualConnection } from '../connection/virtual-connection.ts'

/**
 * One end of a virtual call like the native adapter's: the core's perfect negotiation over a {@link VirtualConnection}.
 */
export class NativeLike {
  private readonly connection: VirtualConnection
  private readonly media: LocalMedia
  private readonly needed$ = new Subject<void>()
  private readonly command$ = new Subject<PeerCommand>()
  private readonly negotiation: Subscription
  private readonly network: VirtualNetwork
  private readonly events: Subscriber<PeerEvent>

  constructor(options: PeerOptions, network: VirtualNetwork, events: Subscriber<PeerEvent>, user?: string) {
    this.network = network
    this.events = events
    this.connection = new VirtualConnection(network, (event) => this.pass(event), { user })
    if (options.role === 'offerer') this.connection.createDataChannel()
    this.media = new LocalMedia(this.connection, options)
    const port = negotiationPort(this.connection, this.needed$, () => this.media.announce())
    this.negotiation = negotiateAs(options.role, this.command$, port).subscribe({
      next: (event) => events.next(event),
      error: (error: unknown) => events.error(error),
    })
  }

  command(command: PeerCommand): void {
    switch (command.type) {
      case 'track':
        // The connection itself reports that it needs a new offer.
        this.media.send(command)
        return
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
    else this.ended(channelClosed(this.connection.connectionState))
  }

  private ended(error: CallError | null): void {
    if (error) this.events.error(error)
    else this.events.complete()
  }
}

function negotiationPort(
  connection: VirtualConnection,
  needed$: Subject<void>,
  remoteDescriptionApplied: () => void,
): RolePort {
  return {
    negotiationNeeded$: needed$,
    transceivers: () => connection.transceivers,
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
