import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { ensureRedisServer } from '../../../scripts/lib/ensure-server.js'
import { freePort } from './free-port.ts'

/** A Redis for this test alone, on a port of loopback. It keeps nothing when it stops. */
export interface RedisServer {
  readonly url: string
  /** Starts it (again), on the same port; resolves once it answers. */
  start(): Promise<void>
  /** Ends it at once. */
  stop(): Promise<void>
  /** Freezes it: it keeps its connections, and no longer does anything. */
  freeze(): void
  thaw(): void
}

let program = ''
beforeAll(async () => {
  program = (await ensureRedisServer()) ?? ''
  if (program === '') throw new Error('there is no Redis')
})

const running = new Set<RedisServer>()
afterAll(async () => {
  await Promise.all([...running].map((server) => server.stop()))
})

export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
      child = spawn(program, own, { stdio: 'ignore' })
      const ended = once(child, 'exit').then(() => false)
      if (!(await Promise.race([answers(port), ended])))
        throw new Error(`Redis did not start on port ${port}`)
    },
    async stop() {
      if (child?.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
  }
  running.add(server)
  await server.start()
  return server
}

/** Resolves once it answers a ping. */
async function answers(port: number): Promise<boolean> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const answered = await new Promise<boolean>((resolve) => {
      socket.on('connect', () => socket.write('PING\r\n'))
      socket.on('data', (data) => resolve(data.toString().startsWith('+PONG')))
      socket.on('error', () => resolve(false))
    })
    socket.destroy()
    if (answered) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
