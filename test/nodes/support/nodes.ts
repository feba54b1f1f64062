import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { randomId } from '../../relay/support/relay-fixture.ts'
import { builtProgram } from './built-program.ts'
import type { RedisServer } from './redis-server.ts'

const source = fileURLToPath(new URL('./relay-node.ts', import.meta.url))

const program = builtProgram(source)

/** A relay in a separate process. */
export interface RelayNode {
  readonly url: string
  readonly port: number
  /** Kills it. */
  kill(): Promise<void>
}

/** Starts this many relays that share a Redis, apart from those of other tests. They end with the test. */
export function startNodes(
  count: number,
  redis: RedisServer,
  leaseMs: number,
): Promise<readonly RelayNode[]> {
  const args = [redis.url, randomId(), String(leaseMs)]
  return Promise.all(Array.from({ length: count }, () => startNode(args)))
}

async function startNode(args: readonly string[]): Promise<RelayNode> {
  const child = spawn(process.execPath, [program(), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('url ')) resolve(line.slice(4))
    })
    ended.then(() => reject(new Error('a relay ended before it listened')), reject)
  })
  return { url, port: Number(new URL(url).port), kill }
}
