import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Allowance } from './relay-limits.ts'

/** Counts for one limit. Any limiter of the package `rate-limiter-flexible` is one. */
export interface Limiter {
  /**
   * Takes so many points of `key`; resolves with how many are left, and with the milliseconds until there are as many as at
   * first. Rejects where there are fewer, with the time until there are more, else with an Error.
   */
  consume(key: string, points: number): Promise<Balance>
}

export interface Balance {
  readonly remainingPoints: number
  readonly msBeforeNext: number
}

export interface LimiterOptions {
  /** Tells the limits apart in a store that they share. */
  readonly keyPrefix: string
  readonly points: number
  /** Seconds. */
  readonly duration: number
}

/** Makes the counter of a limit: in the memory of this process, unless the relay is given another one. */
export type CreateLimiter = (options: LimiterOptions) => Limiter

export const memoryLimiter: CreateLimiter = (options) => new RateLimiterMemory(options)

/** The seconds until there is a point again; undefined where there was one. */
export type Wait = number | undefined

/** Takes a point of `key`. A promise alone where the counter has to be asked, which never rejects. */
export type Take = (key: string) => Wait | Promise<Wait>

/** What of an allowance is bought at once, and how much that is at the most. */
const [SHARE, MOST] = [0.01, 100]

/** For how long a counter that failed is not asked again, in milliseconds. */
const FAILED_MS = 1000

interface Account {
  /** Points that are bought and not yet taken. */
  bought: number
  /** Points that the counter had left. */
  readonly remaining: number
  /** Until when this holds, in milliseconds of performance.now(). */
  readonly until: number
}

/**
 * A limit that opens when its counter fails: a store that is away must not silence everybody. `failed` hears of it.
 *
 * Points are bought from the counter a few at a time, up to a hundredth of the allowance, so that most of them are taken
 * without waiting for it. What is bought and not taken is lost with its time. Where several processes share a counter, one
 * of them may have points that another one lacks, and no more than that.
 */
export function take(
  create: CreateLimiter,
  keyPrefix: string,
  { points, seconds }: Allowance,
  failed: (thrown: unknown) => void,
): Take {
  if (points === Infinity) return () => undefined
  const limiter = create({ keyPrefix, points, duration: seconds })
  const atOnce = Math.max(1, Math.min(MOST, Math.floor(points * SHARE)))
  /** Those that were opened first come first, which have expired before the others or soon after. */
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
    const count = Math.max(1, Math.min(atOnce, accountOf(key)?.remaining ?? points))
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

  const takeOne: Take = (key) => {
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
