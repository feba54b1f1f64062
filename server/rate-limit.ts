/** How many messages a connection may send: `burst` at once, refilled at `perSecond`. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** A class, as each connection has one: it takes half the memory of a function and its variables. */
export class TokenBucket {
  private readonly rate: Rate
  private tokens: number
  private filledAt: number

  /** Times are in milliseconds, and never go back. */
  constructor(rate: Rate, now: number) {
    this.rate = rate
    this.tokens = rate.burst
    this.filledAt = now
  }

  /** Takes a token; false if there is none. */
  take(now: number): boolean {
    const { burst, perSecond } = this.rate
    this.tokens = Math.min(burst, this.tokens + ((now - this.filledAt) / 1000) * perSecond)
    this.filledAt = now
    if (this.tokens < 1) return false
    this.tokens -= 1
    return true
  }
}
