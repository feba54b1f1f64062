import { existsSync, readdirSync } from 'node:fs'
import { Socket as TcpSocket } from 'node:net'
import process from 'node:process'
import { queryObjects } from 'node:v8'
import { createRelay, type RelayOptions } from 'rxcall-relay'
import { Socket } from 'socket.io'
import type { Cost, Usage } from './start-victim.ts'

// A relay in a separate process: victim OPTIONS. Sends its URL, and answers each message with its resource usage.

const options = JSON.parse(process.argv[2] ?? '{}') as RelayOptions
const relay = createRelay({ port: 0, host: '127.0.0.1', ...options })
const FILES = '/proc/self/fd'
process.on('message', (asked) => {
  if (asked === 'cost') {
    const { user, system } = process.cpuUsage()
    process.send?.({
      peak: process.resourceUsage().maxRSS * 1024,
      cpuMs: (user + system) / 1000,
    } satisfies Cost)
    return
  }
  for (let i = 0; i < 4; i += 1) globalThis.gc?.()
  const { heapUsed, arrayBuffers, external, rss } = process.memoryUsage()
  const usage: Usage = {
    bytes: heapUsed + arrayBuffers + external,
    resident: rss,
    // Only Linux reports this.
    files: existsSync(FILES) ? readdirSync(FILES).length : 0,
    sockets: queryObjects(Socket, { format: 'count' }) + queryObjects(TcpSocket, { format: 'count' }),
  }
  process.send?.(usage)
})
process.send?.({ url: (await relay.listen()).url })
