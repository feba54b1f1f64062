import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { expect, onTestFinished } from 'vitest'
import { builtProgram } from './built-program.ts'
import type { RelayNode } from './nodes.ts'
import type { RedisServer } from './redis-server.ts'

const program = builtProgram(fileURLToPath(new URL('../../../server/cli/main.ts', import.meta.url)))

/** A process of the command `rxcall-relay`, and the entries of its log. */
export interface CommandNode extends RelayNode {
  readonly entries: readonly { readonly event?: string; readonly outcome?: string }[]
}

/** Starts `rxcall-relay --redis` this many times. The processes end with the test. All relays of one Redis belong together. */
export function startCommands(count: number, { url }: RedisServer): Promise<readonly CommandNode[]> {
  return Promise.all(Array.from({ length: count }, () => startCommand(url)))
}

async function startCommand(redis: string): Promise<CommandNode> {
  const args = ['--port', '0', '--host', '127.0.0.1', '--no-demo', '--redis', redis]
  const child = spawn(process.execPath, [program(), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  const entries: CommandNode['entries'][number][] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('{')) entries.push(JSON.parse(line) as CommandNode['entries'][number])
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, where] = /^rxcall relay on (\S+)/.exec(line) ?? []
      if (where !== undefined) resolve(where)
    })
    ended.then(() => reject(new Error('a relay ended before it listened')), reject)
  })
  return { url, port: Number(new URL(url).port), kill, entries }
}

/** Resolves once `/readyz` of each answers with this status. */
export const untilReadyz = (nodes: readonly RelayNode[], status: 200 | 503) =>
  expect
    .poll(() => Promise.all(nodes.map(async ({ url }) => (await fetch(`${url}/readyz`)).status)), {
      timeout: 30_000,
    })
    .toEqual(nodes.map(() => status))
