import type { EventEmitter } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { RelayServer } from './relay-socket.ts'
import { GOODBYE_MS } from './web-sockets.ts'

/** A server of Node that the relay can share: Vite's development server has one, for example. */
export type SharedServer = HttpServer | HttpsServer | Http2SecureServer

/** The path that the relay answers on. */
export const RELAY_PATH = '/socket.io/'

const EVENTS = ['request', 'upgrade', 'close', 'listening'] as const

/**
 * Puts the relay in front of the listeners that `server` has; requests for other paths still reach them. With `shared`,
 * upgrades for other paths are left to others, too. The function that it returns closes every connection of the relay,
 * puts the listeners back as they were and resolves once the connections are closed.
 */
export function attachRelay(io: RelayServer, server: SharedServer, shared: boolean): () => Promise<void> {
  const emitter: EventEmitter = server
  const before = EVENTS.map((event) => emitter.rawListeners(event) as Listener[])
  io.attach(server, { destroyUpgrade: !shared })

  const webSockets = new Set<Duplex>()
  emitter.on('upgrade', (request: { url?: string }, socket: Duplex) => {
    if (!request.url?.startsWith(RELAY_PATH)) return
    webSockets.add(socket)
    socket.once('close', () => webSockets.delete(socket))
  })
  const added = EVENTS.map((event, i) =>
    (emitter.rawListeners(event) as Listener[]).filter((listener) => !before[i]?.includes(listener)),
  )

  return async () => {
    io.engine.close()
    EVENTS.forEach((event, i) => {
      for (const listener of added[i] ?? []) emitter.removeListener(event, listener)
      const kept = emitter.rawListeners(event)
      for (const listener of before[i] ?? []) if (!kept.includes(listener)) emitter.on(event, listener)
    })
    await closed(webSockets)
  }
}

type Listener = (...args: unknown[]) => void

async function closed(sockets: ReadonlySet<Duplex>): Promise<void> {
  const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), GOODBYE_MS)
  await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
  clearTimeout(cut)
}
