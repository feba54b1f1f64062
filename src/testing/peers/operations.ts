import type { VirtualNetwork } from './network.ts'

/** The chain of operations of one connection: they run one after the other (W3C WebRTC, 4.4.1.2). */
export class Operations {
  private freeAt = 0
  private waiting = 0
  private readonly network: VirtualNetwork
  private readonly idle: () => void

  /** `idle` is called whenever the chain has become empty. */
  constructor(network: VirtualNetwork, idle: () => void) {
    this.network = network
    this.idle = idle
  }

  get isEmpty(): boolean {
    return this.waiting === 0
  }

  run(operation: () => void): void {
    const { network } = this
    const now = network.now()
    this.freeAt = Math.max(this.freeAt, now) + network.times.operationMs
    this.waiting++
    network.later(this.freeAt - now, () => {
      this.waiting--
      operation()
      if (this.waiting === 0) this.idle()
    })
  }
}
