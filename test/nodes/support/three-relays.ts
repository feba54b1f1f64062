import { expect } from 'vitest'
import { logLine, type LogEntry } from '../../../server/observing/log.ts'
import type { Relay, RelayOptions } from '../../../server/index.ts'
import type { FeatureId } from '../../../src/core/protocol/index.ts'
import { randomId, startRelay } from '../../relay/support/relay-fixture.ts'
import type { RedisServer } from './redis-server.ts'

export interface RunningRelay {
  readonly relay: Relay
  readonly url: string
  readonly lines: readonly string[]
}

/** A relay that has joined the others of its Redis. It ends with the test. */
export async function startJoined(options: RelayOptions, features?: readonly FeatureId[]) {
  const started = await startRelay(options, features)
  await expect.poll(() => started.relay.ready, { timeout: 20_000 }).toBe(true)
  return started
}

/** Three relays in this process that share a Redis, apart from those of other tests. They end with the test. */
export async function threeRelays(
  redis: RedisServer,
  leaseMs = 10_000,
  prefix = randomId(),
): Promise<readonly [RunningRelay, RunningRelay, RunningRelay]> {
  const start = async (): Promise<RunningRelay> => {
    const lines: string[] = []
    const log = (entry: LogEntry) => void lines.push(logLine(entry))
    return { ...(await startJoined({ redis: { url: redis.url, prefix, leaseMs }, log })), lines }
  }
  return Promise.all([start(), start(), start()])
}
