import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Allowance } from './relay-limits.ts'

/** Counts for one limit. Any limiter of the package `rate-limiter-flexible` is one. */
export interface Limiter {
  /** Takes one point of `key`. Rejects where none is left, with the time until there is, else with an Error. */
  consume(key: string): Promise<unknown>
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

/** Takes a point of `key`. Resolves with the seconds until there is one again, or with undefined where there was one. */
export type Take = (key: string) => Promise<number | undefined>

/**
 * A limit that opens when its counter fails: a store that is away must not silence everybody. `failed` hears of it.
 */
export function take(
  create: CreateLimiter,
  keyPrefix: string,
  { points, seconds }: Allowance,
  failed: (thrown: unknown) => void,
): Take {
  if (points === Infinity) return () => Promise.resolve(undefined)
  const limiter = create({ keyPrefix, points, duration: seconds })
  return (key) =>
    limiter.consume(key).then(
      () => undefined,
      (thrown: unknown) => {
        if (thrown instanceof Error || !hasWait(thrown)) {
          failed(thrown)
          return undefined
        }
        return Math.max(1, Math.ceil(thrown.msBeforeNext / 1000))
      },
    )
}

const hasWait = (thrown: unknown): thrown is { readonly msBeforeNext: number } =>
  typeof thrown === 'object' && thrown !== null && 'msBeforeNext' in thrown
