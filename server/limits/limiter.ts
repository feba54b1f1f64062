import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Allowance } from './relay-limits.ts'

/** The counter of one limit. Any limiter of the package `rate-limiter-flexible` is one. */
export interface Limiter {
  /**
   * Takes `points` of `key`. Resolves with how many are left, and with the milliseconds until all are there again. Rejects with
   * the same if there are fewer points than that, and with an Error if counting fails.
   */
  consume(key: string, points: number): Promise<Balance>
}

export interface Balance {
  readonly remainingPoints: number
  readonly msBeforeNext: number
}

export interface LimiterOptions {
  /** Separates the limits in a store that they share. */
  readonly keyPrefix: string
  readonly points: number
  /** Seconds. */
  readonly duration: number
}

/** Makes the counter of a limit. By default it counts in the memory of this process. */
export type CreateLimiter = (options: LimiterOptions) => Limiter

export const memoryLimiter: CreateLimiter = (options) => new RateLimiterMemory(options)

/** The seconds until there is a point again; undefined if a point was taken. */
export type RetryAfter = number | undefined

/** Takes a point of `key`. Returns a promise only if the counter has to be asked. The promise never rejects. */
export type TakePoint = (key: string) => RetryAfter | Promise<RetryAfter>

/** The share of an allowance that is bought at once, and its maximum. */
const [BATCH_SHARE, MAX_BATCH] = [0.01, 100]

/** Milliseconds before a counter that failed is asked again. */
const FAILED_MS = 1000

interface Account {
  /** Points that are bought and not yet taken. */
  bought: number
  /** Points that the counter had left. */
  readonly remaining: number
  /** When this expires, in milliseconds of performance.now(). */
  readonly until: number
}

/**
 * Limits a rate. Lets everything pass when its counter fails, because an unreachable store must not silence everybody.
 * Reports each failure to `failed`.
 *
 * Points are bought from the counter in batches of up to a hundredth of the allowance. So most of them are taken
 * without waiting. Unused points expire. If processes share a counter, one of them may hold points that another one lacks: at most one batch.
 */
export function rateLimit(
  create: CreateLimiter,
  keyPrefix: string,
  { points, seconds }: Allowance,
  failed: (thrown: unknown) => void,
): TakePoint {
  if (points === Infinity) return () => undefined
  const limiter = create({ keyPrefix, points, duration: seconds })
  const batch = Math.max(1, Math.min(MAX_BATCH, Math.floor(points * BATCH_SHARE)))
  /** In the order in which they were opened, which is nearly the order in which they expire. */
  const accounts = new Map<string, Account>()
  const buying = new Map<string, Promise<void>>()

  const accountOf = (key: string) => {
    const account = accounts.get(key)
    return account && account.until > performance.now() ? account : undefined
  }
  const open = (key: string, bought: number, remaining: number, ms: number) => {
    const now = performance.now()
    for (const [other, { until }] of accounts) {
      if (until > now) break
      accounts.delete(other)
    }
    accounts.delete(key)
    accounts.set(key, { bought, remaining, until: now + Math.max(1, ms) })
  }

  const buy = async (key: string): Promise<void> => {
    const count = Math.max(1, Math.min(batch, accountOf(key)?.remaining ?? points))
    try {
      const { remainingPoints, msBeforeNext } = await limiter.consume(key, count)
      open(key, count, remainingPoints, msBeforeNext)
    } catch (thrown) {
      if (isBalance(thrown)) {
        open(key, 0, 0, thrown.msBeforeNext)
        return
      }
      failed(thrown)
      open(key, Infinity, 0, FAILED_MS)
    }
  }

  const takeOne: TakePoint = (key) => {
    const account = accountOf(key)
    if (account && account.bought > 0) {
      account.bought -= 1
      return undefined
    }
    if (account?.remaining === 0) return Math.max(1, Math.ceil((account.until - performance.now()) / 1000))
    const bought = buying.get(key) ?? buy(key).finally(() => buying.delete(key))
    buying.set(key, bought)
    return bought.then(() => takeOne(key))
  }
  return takeOne
}

const isBalance = (thrown: unknown): thrown is Balance =>
  typeof thrown === 'object' && thrown !== null && !(thrown instanceof Error) && 'msBeforeNext' in thrown
