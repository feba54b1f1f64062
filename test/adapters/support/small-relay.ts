import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { Server, type Socket } from 'socket.io'
import type {
  ClientToRelay,
  HandshakeAuth,
  Receipt,
  RelayToClient,
} from '../../../src/core/protocol/index.ts'

export type RelaySide = Socket<ClientToRelay, RelayToClient>

export interface SmallRelayOptions {
  readonly port?: number
  readonly path?: string
  readonly transports?: readonly ('websocket' | 'polling')[]
  /** Whether it answers messages with a receipt; true by default. */
  readonly answers?: boolean
  /** Whether it welcomes its clients by itself; true by default. */
  readonly welcomes?: boolean
  /** Why a claim is refused, or null where it is not; the `data` of the handshake's error. */
  readonly refuse?: (claim: HandshakeAuth) => unknown
  readonly receipt?: (message: unknown) => Receipt
}

export interface SmallRelay {
  readonly port: number
  readonly url: string
  readonly claims: readonly HandshakeAuth[]
  readonly messages: readonly unknown[]
  /** The clients that are connected. */
  readonly clients: ReadonlySet<RelaySide>
  /** Calls `listener` for every client, from now on. */
  readonly onClient: (listener: (client: RelaySide) => void) => void
  readonly close: () => Promise<void>
}

/** A Socket.IO server on loopback that welcomes every client and takes every message; closed when the test ends. */
export async function smallRelay(options: SmallRelayOptions = {}): Promise<SmallRelay> {
  const { port = 0, path = '/socket.io', welcomes = true, answers = true, refuse, receipt } = options
  const http = createServer()
  const io = new Server<ClientToRelay, RelayToClient>(http, {
    path,
    serveClient: false,
    transports: [...(options.transports ?? (['websocket', 'polling'] as const))],
  })
  const claims: HandshakeAuth[] = []
  const messages: unknown[] = []
  const clients = new Set<RelaySide>()
  const listeners: ((client: RelaySide) => void)[] = []

  io.use((socket, next) => {
    const claim = socket.handshake.auth as HandshakeAuth
    claims.push(claim)
    const data = refuse?.(claim) ?? null
    next(data === null ? undefined : Object.assign(new Error('refused'), { data }))
  })
  io.on('connection', (socket) => {
    const { name = 'the user of the token', party } = socket.handshake.auth as HandshakeAuth
    clients.add(socket)
    if (welcomes) socket.emit('welcome', { user: name, party })
    socket.on('disconnect', () => clients.delete(socket))
    socket.on('message', (message, acknowledge) => {
      messages.push(message)
      if (answers) acknowledge(receipt?.(message) ?? { ok: true })
    })
    for (const listener of listeners) listener(socket)
  })

  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
  const { port: actual } = http.address() as AddressInfo
  const close = () => io.close()
  onTestFinished(close)
  return {
    port: actual,
    url: `http://127.0.0.1:${actual}`,
    claims,
    messages,
    clients,
    onClient: (listener) => listeners.push(listener),
    close,
  }
}
