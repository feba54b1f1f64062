import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { ensureTurnServer } from '../../../scripts/lib/ensure-server.js'

/** A TURN server, on this machine's own loopback: the one path of those who relay everything through it. */
export interface TurnServer {
  readonly port: number
  /** For the parameter `ice` of the demo's address; only a server without a secret knows this user. */
  readonly ice: string
  /** Freezes it: clients that send through it get no answer. */
  cut(): void
  /** Has it go on where it was. */
  mend(): void
  stop(): Promise<void>
}

const [username, credential] = ['u', 'p']

let program = ''
beforeAll(async () => {
  program = (await ensureTurnServer()) ?? ''
  if (program === '') throw new Error('there is no coturn')
})

/** Those of this test file that have not ended: a test that fails may not come to stop its own. */
const running = new Set<TurnServer>()
afterAll(async () => {
  await Promise.all([...running].map((server) => server.stop()))
})

/** TURN servers on these ports, as the parameter `ice` of the demo's address has them. */
export const turnServersAt = (...ports: readonly number[]): string =>
  JSON.stringify(
    ports.map((port) => ({ urls: `turn:127.0.0.1:${port}?transport=udp`, username, credential })),
  )

/**
 * Starts one on `port`, or on a free one. With `secret` it takes the credentials that a relay issues with that secret, and no
 * others.
 */
export async function startTurnServer(
  port?: number,
  secret?: string,
  transports: 'udp' | 'udp and tcp' = 'udp',
): Promise<TurnServer> {
  return startOn(port ?? (await freePort()), secret, transports)
}

async function startOn(
  port: number,
  secret: string | undefined,
  transports: 'udp' | 'udp and tcp',
): Promise<TurnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rxcall-turn-'))
  const local = ['-n', '-L', '127.0.0.1', '-E', '127.0.0.1', '-p', String(port), '--allow-loopback-peers']
  const user = secret
    ? ['--use-auth-secret', '--static-auth-secret', secret, '-r', 'test']
    : ['--lt-cred-mech', '-u', `${username}:${credential}`, '-r', 'test']
  const files = ['--pidfile', join(folder, 'pid'), '--userdb', join(folder, 'users'), '--log-file', 'stdout']
  const bare = ['--no-tls', '--no-dtls', '--no-cli', ...(transports === 'udp' ? ['--no-tcp'] : [])]
  const coturn = spawn(program, [...local, ...user, ...files, ...bare], { stdio: 'ignore' })
  const server: TurnServer = {
    port,
    ice: turnServersAt(port),
    cut: () => void coturn.kill('SIGSTOP'),
    mend: () => void coturn.kill('SIGCONT'),
    async stop() {
      running.delete(server)
      if (coturn.exitCode === null && coturn.signalCode === null) {
        const exited = once(coturn, 'exit')
        coturn.kill('SIGKILL')
        await exited
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  running.add(server)
  await answers(coturn, port)
  return server
}

/** A STUN binding request (RFC 8489, 5), with a transaction of its own. */
const bindingRequest = Buffer.from(`000100002112a442${'5a'.repeat(12)}`, 'hex')

/** Asks as STUN clients do, again and again, until it answers. */
async function answers(coturn: ChildProcess, port: number): Promise<void> {
  const socket = createSocket('udp4')
  // Nobody listens there yet.
  socket.on('error', () => undefined)
  const asking = setInterval(() => socket.send(bindingRequest, port, '127.0.0.1'), 50)
  const [ended, answered] = [once(coturn, 'exit'), once(socket, 'message')]
  const isUp = await Promise.race([answered.then(() => true), ended.then(() => false)])
  clearInterval(asking)
  socket.close()
  if (!isUp) throw new Error(`the TURN server did not start on port ${port}`)
}

/** One that was free a moment ago. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
