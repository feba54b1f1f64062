import type { EventEmitter } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { isForRelay } from './http/relay-requests.ts'
import { CLOSE_TIMEOUT_MS } from './limits/web-sockets.ts'
import type { RelayServer } from './relay-socket.ts'

/** A server of Node.js that the relay can share, such as the one of Vite's development server. */
export type SharedServer = HttpServer | HttpsServer | Http2SecureServer

const EVENTS = ['request', 'upgrade', 'close', 'listening'] as const

/**
 * Puts the relay in front of the listeners of `server`, which still receive requests for other paths. With `shared`,
 * they also receive upgrades for other paths. They never see the relay's own requests and upgrades, even if they are
 * added later.
 *
 * Returns a function that closes every connection of the relay and restores the listeners. It resolves once the
 * connections are closed.
 */
export function attachRelay(io: RelayServer, server: SharedServer, shared: boolean): () => Promise<void> {
  const emitter: EventEmitter = server
  const before = EVENTS.map((event) => emitter.rawListeners(event) as Listener[])
  io.attach(server, { destroyUpgrade: !shared })

  const webSockets = new Set<Duplex>()
  emitter.on('upgrade', (request: { url?: string }, socket: Duplex) => {
    if (!isForRelay(request)) return
    webSockets.add(socket)
    socket.once('close', () => webSockets.delete(socket))
  })
  const added = EVENTS.map((event, i) =>
    (emitter.rawListeners(event) as Listener[]).filter((listener) => !before[i]?.includes(listener)),
  )
  const reveal = shared ? hideRequests(emitter, added) : () => undefined

  return async () => {
    io.engine.close()
    reveal()
    EVENTS.forEach((event, i) => {
      for (const listener of added[i] ?? []) emitter.removeListener(event, listener)
      const kept = emitter.rawListeners(event)
      for (const listener of before[i] ?? []) if (!kept.includes(listener)) emitter.on(event, listener)
    })
    await closed(webSockets)
  }
}

type Listener = (...args: unknown[]) => void

interface Emitter {
  emit: (event: string | symbol, ...args: unknown[]) => boolean
}

/**
 * Passes the relay's requests and upgrades to its own listeners alone, until the returned function is called. A
 * listener cannot stop an event, and another WebSocket server may answer 400 to each foreign upgrade.
 */
function hideRequests(server: Emitter, listeners: readonly (readonly Listener[])[]): () => void {
  const ofRelay = new Map(EVENTS.map((event, i) => [event as string | symbol, listeners[i] ?? []]))
  const inherited = !Object.hasOwn(server, 'emit')
  const { emit } = server
  let isHiding = true
  const hiding: Emitter['emit'] = (event, ...args) => {
    const isRequest = event === 'request' || event === 'upgrade'
    if (!isHiding || !isRequest || !isForRelay(args[0] as { url?: string }))
      return emit.call(server, event, ...args)
    for (const listener of ofRelay.get(event) ?? []) listener.apply(server, args)
    return true
  }
  server.emit = hiding
  return () => {
    isHiding = false
    // Another function of this kind may wrap this one and call it.
    if (server.emit !== hiding) return
    if (inherited) Reflect.deleteProperty(server, 'emit')
    else server.emit = emit
  }
}

async function closed(sockets: ReadonlySet<Duplex>): Promise<void> {
  const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), CLOSE_TIMEOUT_MS)
  await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
  clearTimeout(cut)
}
