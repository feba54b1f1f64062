import type { VirtualClock } from './virtual-clock.ts'

/** About 800 kbit/s, like a small video. */
const bytesPerMs = 100

/** Counts received bytes by elapsed time. */
export class ByteCount {
  private growing = false
  private counted = 0
  private since = 0
  private readonly clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.clock = clock
  }

  /** Whether bytes are arriving. */
  set isGrowing(growing: boolean) {
    this.counted = this.total
    this.since = this.clock.now()
    this.growing = growing
  }

  get total(): number {
    return this.growing ? this.counted + (this.clock.now() - this.since) * bytesPerMs : this.counted
  }
}
