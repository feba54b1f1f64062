/** How many messages may come: `burst` at once, refilled at `perSecond`. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/**
 * Counts what comes at a rate. A class, as the relay has one for each connection: it takes half the memory of a
 * function and its variables.
 */
export class TokenBucket {
  private readonly rate: Rate
  private tokens: number
  private filledAt: number

  /** Times are in milliseconds. */
  constructor(rate: Rate, now: number) {
    this.rate = rate
    this.tokens = rate.burst
    this.filledAt = now
  }

  /** Takes `count` tokens; if there are fewer, it takes none and returns false. */
  take(now: number, count = 1): boolean {
    const { burst, perSecond } = this.rate
    // A clock that is put back gives nothing, and takes nothing away.
    const seconds = Math.max(0, now - this.filledAt) / 1000
    this.tokens = Math.min(burst, this.tokens + seconds * perSecond)
    this.filledAt = now
    if (this.tokens < count) return false
    this.tokens -= count
    return true
  }
}
