/** How many messages may arrive: `burst` at once, refilled at `perSecond`. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/**
 * Limits messages to a rate. It is a class, because the relay has one per connection, and a closure takes twice the
 * memory.
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
    // A clock that is set back adds no tokens, and removes none.
    const seconds = Math.max(0, now - this.filledAt) / 1000
    this.tokens = Math.min(burst, this.tokens + seconds * perSecond)
    this.filledAt = now
    if (this.tokens < count) return false
    this.tokens -= count
    return true
  }
}
