import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import type { CreateLimiter } from '../../limits/limiter.ts'

/** Runs a script of Redis on one key. Rejects if Redis is away or does not answer in time. */
export type RunScript = (script: string, key: string, args: readonly string[]) => Promise<unknown>

/** Makes counters that all nodes share. While Redis cannot be asked, each node counts by itself. */
export const redisLimiter =
  (prefix: string, run: RunScript): CreateLimiter =>
  (options) =>
    new RateLimiterRedis({
      ...options,
      keyPrefix: `${prefix}:${options.keyPrefix}`,
      insuranceLimiter: new RateLimiterMemory(options),
      useRedisPackage: true,
      storeClient: {
        eval: (script: string, { keys, arguments: args }: { keys: [string]; arguments: string[] }) =>
          run(script, keys[0], args),
      },
    })
