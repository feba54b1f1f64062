import type { InboundStats, OutboundStats } from '../../../core/ports/index.ts'
import type { FlowRate } from './flow-rates.ts'

/** The sound that is played, in samples a second. */
const SAMPLES = 48_000

/** How much of one kind of media one side has sent, and how much of that has arrived. */
export class FlowCounters {
  private sentPackets = 0
  private sentBytes = 0
  private framesEncoded = 0
  private lost = 0
  private arrivedBytes = 0
  private framesDecoded = 0
  private samples = 0
  private concealed = 0
  private latest: FlowRate | undefined
  private readonly kind: 'audio' | 'video'

  constructor(kind: 'audio' | 'video') {
    this.kind = kind
  }

  /** Whether anything was ever sent. */
  get isUsed(): boolean {
    return this.latest !== undefined
  }

  /** Counts what flows in `ms` milliseconds. */
  add(rate: FlowRate, ms: number): void {
    const seconds = ms / 1_000
    const { bits, packets, loss, framesEncoded, framesDecoded } = rate
    this.latest = rate
    this.sentPackets += packets * seconds
    this.sentBytes += (bits / 8) * seconds
    this.framesEncoded += framesEncoded * seconds
    this.lost += packets * loss * seconds
    this.arrivedBytes += (bits / 8) * (1 - loss) * seconds
    this.framesDecoded += framesDecoded * seconds
    if (this.kind === 'video') return
    this.samples += SAMPLES * seconds
    this.concealed += SAMPLES * loss * seconds
  }

  /** What the side that sends it can count, and what the other side reports. */
  get outbound(): OutboundStats {
    return {
      bytes: whole(this.sentBytes),
      packets: whole(this.sentPackets),
      packetsLost: whole(this.lost),
      ...this.look,
      ...(this.kind === 'video' && {
        framesEncoded: whole(this.framesEncoded),
        limitation: this.latest?.isLimited ? 'bandwidth' : 'none',
      }),
    }
  }

  /** What the other side can count. */
  get inbound(): InboundStats {
    const packets = whole(this.sentPackets)
    const packetsLost = whole(this.lost)
    return {
      bytes: whole(this.arrivedBytes),
      packets: packets - packetsLost,
      packetsLost,
      ...this.look,
      ...(this.kind === 'video'
        ? { framesDecoded: whole(this.framesDecoded) }
        : { samples: whole(this.samples), concealedSamples: whole(this.concealed) }),
    }
  }

  private get look(): Pick<InboundStats, 'codec' | 'width' | 'height'> {
    const { width, height } = this.latest ?? {}
    return {
      codec: this.kind === 'audio' ? 'opus' : 'VP8',
      ...(width !== undefined && height !== undefined && { width, height }),
    }
  }
}

/** Counters are whole. The sum of many small shares may be a little less than a whole number. */
const whole = (count: number): number => Math.floor(count + 1e-6)
