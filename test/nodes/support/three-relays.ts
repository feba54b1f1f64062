import { logLine, type LogEntry } from '../../../server/log.ts'
import type { Relay } from '../../../server/index.ts'
import { randomId, startRelay } from '../../relay/relay-fixture.ts'
import type { RedisServer } from './redis-server.ts'

export interface RunningRelay {
  readonly relay: Relay
  readonly url: string
  readonly lines: readonly string[]
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
    return { ...(await startRelay({ redis: { url: redis.url, prefix, leaseMs }, log })), lines }
  }
  return Promise.all([start(), start(), start()])
}
