import type { EventEmitter } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { RelayServer } from './relay-socket.ts'
import { GOODBYE_MS } from './limits/web-sockets.ts'

/** A server of Node that the relay can share: Vite's development server has one, for example. */
export type SharedServer = HttpServer | HttpsServer | Http2SecureServer

/** The path that the relay answers on. */
export const RELAY_PATH = '/socket.io/'

const EVENTS = ['request', 'upgrade', 'close', 'listening'] as const

/**
 * Puts the relay in front of the listeners that `server` has; requests for other paths still reach them. With `shared`,
 * upgrades for other paths are left to the other listeners, and the relay's own requests and upgrades reach none of them,
 * whenever they were added. The function that it returns closes every connection of the relay, puts the listeners back as they
 * were and resolves once the connections are closed.
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

const isForRelay = ({ url }: { readonly url?: string }): boolean => url?.startsWith(RELAY_PATH) === true

/**
 * Has the relay's requests and upgrades reach its own listeners alone, until the function that it returns is called. A
 * listener cannot stop an event, and another WebSocket server may answer 400 to each upgrade that is not its own.
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
    // Somebody else may have put a function of the same kind on top, which calls this one.
    if (server.emit !== hiding) return
    if (inherited) Reflect.deleteProperty(server, 'emit')
    else server.emit = emit
  }
}

async function closed(sockets: ReadonlySet<Duplex>): Promise<void> {
  const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), GOODBYE_MS)
  await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
  clearTimeout(cut)
}
