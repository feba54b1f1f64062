import type { PeerCommand, PeerOptions } from '../../core/index.ts'
import { fakeStream } from '../fake-stream.ts'
import type { VirtualTransceiver } from './transceivers.ts'
import type { VirtualConnection } from './virtual-connection.ts'

/** What one side sends over a virtual connection, as both adapters see to it. */
export class LocalMedia {
  private readonly senders = new Map<string, VirtualTransceiver>()
  private readonly connection: VirtualConnection
  /** The stream that all tracks of this side belong to. */
  private readonly home: MediaStream

  /** Adds the tracks of `stream`. The offerer leaves the other side room for what it does not send itself. */
  constructor(connection: VirtualConnection, { role, stream }: PeerOptions) {
    this.connection = connection
    const tracks = stream?.getTracks() ?? []
    this.home = stream ?? fakeStream(`${connection.name}-stream`, [])
    for (const track of tracks) this.add(track)
    if (role === 'answerer') return
    for (const kind of ['audio', 'video'] as const)
      if (!tracks.some((track) => track.kind === kind)) connection.addTransceiver(kind, 'recvonly')
  }

  /** Carries out the command. A kind that is sent already, or was, changes without a new offer; true where it takes one. */
  send({ kind, track }: Extract<PeerCommand, { readonly type: 'track' }>): boolean {
    if (track !== null && track.kind !== kind) return false
    const sender = this.senders.get(kind)
    if (sender) this.connection.replaceTrack(sender, track, ignore)
    else if (track) this.add(track)
    return sender === undefined && track !== null
  }

  private add(track: MediaStreamTrack): void {
    const transceiver = this.connection.addTrack(track, this.home)
    if (!this.senders.has(transceiver.kind)) this.senders.set(transceiver.kind, transceiver)
  }
}

/** A track that is refused leaves what was sent before. */
const ignore = (): void => undefined
