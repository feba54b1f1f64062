import type { VirtualNetwork } from './network.ts'

/** About 800 kbit/s, as a small video takes. */
const bytesPerMs = 100

/** Counts bytes by the time in which they arrive. */
export class ByteCount {
  private growing = false
  private counted = 0
  private since = 0
  private readonly network: VirtualNetwork

  constructor(network: VirtualNetwork) {
    this.network = network
  }

  /** Whether bytes are arriving. */
  set isGrowing(growing: boolean) {
    this.counted = this.total
    this.since = this.network.now()
    this.growing = growing
  }

  get total(): number {
    return this.growing ? this.counted + (this.network.now() - this.since) * bytesPerMs : this.counted
  }
}
