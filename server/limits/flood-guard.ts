import { TokenBucket, type Rate } from '../../src/core/protocol/token-bucket.ts'

/**
 * What a connection may send before it is let in. A client sends one packet by then, its claim, and answers to a few pings; with the
 * longest token a claim has less than 9 KiB.
 */
export const BEFORE_CLAIM = { packets: 8, bytes: 16 * 1024 } as const

/** Seconds whose bytes may come at once. */
export const BURST_SECONDS = 4

/**
 * How many packets beyond its rate of messages a connection may send, before its client is taken for one that floods. It is more than
 * twice what a client of this library can have to say at once: 64 messages to each of 64 parties, and 128 kept while offline.
 */
const PATIENCE: Rate = { burst: 10_000, perSecond: 200 }

/**
 * Counts what one connection sends, from the moment it is open, before any of it is parsed. Calls `flooded` once, when it is too much.
 * A class, as each connection has one.
 */
export class Intake {
  private readonly flooded: () => void
  private readonly bytes: TokenBucket | undefined
  /** What is left of {@link PATIENCE}; only those who needed some have one. */
  private patience: TokenBucket | undefined
  private packetsLeft: number = BEFORE_CLAIM.packets
  private bytesLeft: number
  private isOver = false

  /** With `claims: false` only packets are few until the connection is let in: what is behind them may be of use already. */
  constructor(bytesPerSecond: number, flooded: () => void, { claims = true } = {}) {
    this.flooded = flooded
    this.bytesLeft = claims ? BEFORE_CLAIM.bytes : Infinity
    if (bytesPerSecond === Infinity) return
    const rate = { burst: BURST_SECONDS * bytesPerSecond, perSecond: bytesPerSecond }
    this.bytes = new TokenBucket(rate, performance.now())
  }

  /** The claim is taken: from now on the connection may send messages. */
  letIn(): void {
    this.packetsLeft = this.bytesLeft = Infinity
  }

  /** Whether the connection may send messages. */
  get isLetIn(): boolean {
    return this.packetsLeft === Infinity
  }

  addBytes(count: number): void {
    this.bytesLeft -= count
    if (this.bytesLeft < 0 || this.bytes?.take(performance.now(), count) === false) this.giveUp()
  }

  /** Counts a packet that is no message; before the connection is let in, one of any kind. */
  addPacket(): void {
    this.packetsLeft -= 1
    if (this.packetsLeft < 0) this.giveUp()
    else if (this.isLetIn) this.addExcess(performance.now())
  }

  /** Counts a packet beyond what the connection may send, which is forgiven unless there are far too many. */
  addExcess(now: number): void {
    this.patience ??= new TokenBucket(PATIENCE, now)
    if (!this.patience.take(now)) this.giveUp()
  }

  private giveUp(): void {
    if (this.isOver) return
    this.isOver = true
    this.flooded()
  }
}
