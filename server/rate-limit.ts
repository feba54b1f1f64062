/** How many messages a connection may send: `burst` at once, refilled at `perSecond`. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** A token bucket. Each call takes one token; false if there is none. `now` in milliseconds, never going back. */
export function createTokenBucket(
  { burst, perSecond }: Rate,
  now: () => number = () => performance.now(),
): () => boolean {
  let tokens = burst
  let filledAt = now()

  return () => {
    const time = now()
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1000) * perSecond)
    filledAt = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
