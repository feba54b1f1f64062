import type { PeerCommand, PeerOptions } from '../../core/index.ts'
import { fakeStream } from '../fake-stream.ts'
import type { VirtualTransceiver } from './transceivers.ts'
import type { VirtualConnection } from './virtual-connection.ts'

const kinds = ['audio', 'video'] as const

/** What one side sends over a virtual connection, as both adapters see to it. */
export class LocalMedia {
  private readonly senders = new Map<string, VirtualTransceiver>()
  private readonly connection: VirtualConnection
  /** The stream that all tracks of this side belong to. */
  private readonly home: MediaStream

  private readonly options: PeerOptions

  /** Adds the tracks of `stream`. The offerer leaves the other side room for what it does not send itself. */
  constructor(connection: VirtualConnection, options: PeerOptions) {
    const { role, stream, sends = [] } = options
    this.connection = connection
    this.options = options
    const tracks = stream?.getTracks() ?? []
    this.home = stream ?? fakeStream(`${connection.name}-stream`, [])
    for (const track of tracks) this.add(track)
    if (role === 'answerer') return
    for (const kind of kinds) {
      if (tracks.some((track) => track.kind === kind)) continue
      if (sends.includes(kind)) this.senders.set(kind, connection.addTransceiver(kind, 'sendrecv', this.home))
      else connection.addTransceiver(kind, 'recvonly')
    }
  }

  /** Has the answer to an offer that was just applied announce the kinds whose tracks come later. */
  announce(): void {
    const { role, sends = [] } = this.options
    if (role === 'offerer') return
    for (const kind of sends) {
      if (this.senders.has(kind)) continue
      const free = this.connection.transceivers.find((transceiver) => transceiver.kind === kind)
      if (free === undefined) continue
      free.direction = 'sendrecv'
      free.stream = this.home
      this.senders.set(kind, free)
    }
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
