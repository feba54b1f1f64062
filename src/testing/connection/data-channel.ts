import type { ConnectionEvent } from './connection-event.ts'
import type { IceAgent } from './ice/ice-agent.ts'
import type { VirtualNetwork } from './ice/network.ts'
import { RtcError } from './rtc-error.ts'

export interface DataChannelParts {
  readonly network: VirtualNetwork
  readonly ice: IceAgent
  readonly tell: (event: ConnectionEvent) => void
}

/** The one data channel of a virtual connection. */
export class VirtualDataChannel {
  isOpen = false
  /** Texts that wait for the path, because SCTP retransmits until they arrive (RFC 9260, 6.3). */
  private unsent: string[] = []
  private readonly network: VirtualNetwork
  private readonly ice: IceAgent
  private readonly tell: (event: ConnectionEvent) => void

  constructor({ network, ice, tell }: DataChannelParts) {
    this.network = network
    this.ice = ice
    this.tell = tell
  }

  send(data: string): void {
    if (!this.isOpen) throw new RtcError('InvalidStateError', 'the data channel is not open')
    this.unsent.push(data)
    this.flush()
  }

  /** Sends the waiting texts if there is a path. */
  flush(): void {
    const { isUp, partner } = this.ice
    if (!isUp || partner === undefined) return
    for (const data of this.unsent)
      this.network.later(this.network.times.latencyMs, () => partner.receive(data))
    this.unsent = []
  }

  open(): void {
    if (this.isOpen) return
    this.isOpen = true
    this.tell({ type: 'data-open' })
  }

  /** The other side has closed its end. */
  closedByOther(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.tell({ type: 'data-closed' })
  }
}
