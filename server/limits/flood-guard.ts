import { TokenBucket, type Rate } from '../../src/core/protocol/token-bucket.ts'

/**
 * What a connection may send before it is admitted. By then a client has sent one packet, its claim, and answers to a few pings. A claim
 * with the longest token has less than 9 KiB.
 */
export const BEFORE_CLAIM = { packets: 8, bytes: 16 * 1024 } as const

/** Seconds whose bytes may come at once. */
export const BURST_SECONDS = 4

/**
 * How many packets beyond its rate of messages a connection may send, before it counts as a flood. A client of this library may have to
 * send less than half of that at once: 64 messages to each of 64 parties, and 128 that it buffered while offline.
 */
const EXCESS: Rate = { burst: 10_000, perSecond: 200 }

/**
 * Counts what one connection sends, from the moment it is open, before any of it is parsed. Calls `flooded` once, when it is too much.
 * It is a class because each connection has one.
 */
export class FloodGuard {
  private readonly flooded: () => void
  private readonly bytes: TokenBucket | undefined
  /** What is left of {@link EXCESS}. Most connections never need this bucket. */
  private excess: TokenBucket | undefined
  private packetsLeft: number = BEFORE_CLAIM.packets
  private bytesLeft: number
  private isOver = false

  /**
   * With `claims: false` only packets are bounded until the connection is admitted. Use this if other data, already valid by
   * then, may follow on the same socket.
   */
  constructor(bytesPerSecond: number, flooded: () => void, { claims = true } = {}) {
    this.flooded = flooded
    this.bytesLeft = claims ? BEFORE_CLAIM.bytes : Infinity
    if (bytesPerSecond === Infinity) return
    const rate = { burst: BURST_SECONDS * bytesPerSecond, perSecond: bytesPerSecond }
    this.bytes = new TokenBucket(rate, performance.now())
  }

  /** The claim was accepted: from now on the connection may send messages. */
  admit(): void {
    this.packetsLeft = this.bytesLeft = Infinity
  }

  /** Whether the connection may send messages. */
  get isAdmitted(): boolean {
    return this.packetsLeft === Infinity
  }

  countBytes(count: number): void {
    this.bytesLeft -= count
    if (this.bytesLeft < 0 || this.bytes?.take(performance.now(), count) === false) this.giveUp()
  }

  /** Counts a packet that is not a message. Before the connection is admitted, counts any packet. */
  countPacket(): void {
    this.packetsLeft -= 1
    if (this.packetsLeft < 0) this.giveUp()
    else if (this.isAdmitted) this.countExcess(performance.now())
  }

  /** Counts a packet beyond what the connection may send. It is tolerated until {@link EXCESS} is used up. */
  countExcess(now: number): void {
    this.excess ??= new TokenBucket(EXCESS, now)
    if (!this.excess.take(now)) this.giveUp()
  }

  private giveUp(): void {
    if (this.isOver) return
    this.isOver = true
    this.flooded()
  }
}
