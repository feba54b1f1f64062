import type { PeerCommand, PeerOptions } from '../../core/index.ts'
import {
  sectionsToOffer,
  transceiverFor,
  transceiversToAnnounce,
} from '../../core/negotiation/media-sections.ts'
import { fakeStream } from '../fake-stream.ts'
import type { VirtualTransceiver } from '../connection/transceivers.ts'
import type { VirtualConnection } from '../connection/virtual-connection.ts'

/** What one side sends over a virtual connection. Both adapters share this. */
export class LocalMedia {
  private readonly senders = new Map<string, VirtualTransceiver>()
  private readonly connection: VirtualConnection
  private readonly options: PeerOptions
  /** The stream that all tracks of this side belong to. */
  private readonly home: MediaStream

  /** Adds the tracks of `stream`. The offerer also offers to receive the kinds that it does not send. */
  constructor(connection: VirtualConnection, options: PeerOptions) {
    this.connection = connection
    this.options = options
    this.home = options.stream ?? fakeStream(`${connection.name}-stream`, [])
    for (const track of options.stream?.getTracks() ?? []) connection.addTrack(track, this.home)
    if (options.role === 'answerer') return
    for (const { kind, direction } of sectionsToOffer(options))
      connection.addTransceiver(kind, direction, direction === 'sendrecv' ? this.home : null)
  }

  /** Makes the answer to the offer just applied announce the kinds whose tracks are added later. */
  announce(): void {
    for (const transceiver of transceiversToAnnounce(this.connection.transceivers, this.options)) {
      transceiver.direction = 'sendrecv'
      transceiver.stream = this.home
    }
  }

  /**
   * Carries out the command. Returns whether it needs a new offer: a kind that is or was sent does not. If a track is
   * refused, the old track stays.
   */
  send({ kind, track }: Extract<PeerCommand, { readonly type: 'track' }>): boolean {
    if (track !== null && track.kind !== kind) return false
    // A sender without a track does not show what it sent before.
    const sender = this.senders.get(kind) ?? transceiverFor(this.connection.transceivers, kind)
    if (sender) this.connection.replaceTrack(sender, track, () => undefined)
    else if (track) this.connection.addTrack(track, this.home)
    const used = sender ?? transceiverFor(this.connection.transceivers, kind)
    if (used) this.senders.set(kind, used)
    return sender === undefined && track !== null
  }
}
