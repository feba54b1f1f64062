import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws'
import type { EngineConnection } from '../relay-socket.ts'
import type { FloodGuard } from './flood-guard.ts'

/** How long a client has for the closing handshake before its WebSocket is terminated, in milliseconds. */
export const CLOSE_TIMEOUT_MS = 1000

/** Fragments of one message. Browsers send a message as one, proxies as a few. */
const MAX_FRAGMENTS = 1024

/** The WebSocket that a transport of Engine.IO sends over; undefined for long polling. */
export const webSocketOf = (transport: EngineConnection['transport']): WebSocket | undefined =>
  transport.name === 'websocket' ? (transport as unknown as { readonly socket: WebSocket }).socket : undefined

/** Bounds how long a closed transport of long polling waits for the client to fetch its last packets. */
export function boundPollingClose(transport: EngineConnection['transport']): void {
  if ('closeTimeout' in transport) transport.closeTimeout = CLOSE_TIMEOUT_MS
}

/**
 * One WebSocket, from the moment it is open. Its bytes, and the frames that Engine.IO never sees, count against a {@link FloodGuard}.
 * The first guard is replaced once a connection of Engine.IO uses the WebSocket.
 *
 * Answers one ping at a time. Of the pings that arrive meanwhile it answers the last one alone (RFC 6455, 5.5.3). Otherwise pongs
 * would pile up while nobody reads them.
 */
export class GuardedWebSocket {
  private readonly webSocket: WebSocket
  private floodGuard: FloodGuard
  private isAnswering = false
  private ping: Buffer | undefined

  constructor(webSocket: WebSocket, socket: Duplex, floodGuard: FloodGuard) {
    this.webSocket = webSocket
    this.floodGuard = floodGuard
    // Runs before the WebSocket reads the data.
    socket.prependListener('data', (chunk: Buffer) => this.floodGuard.countBytes(chunk.length))
    webSocket.on('message', this.countMessage)
    webSocket.on('pong', () => this.floodGuard.countPacket())
    webSocket.on('ping', (data: Buffer) => {
      this.floodGuard.countPacket()
      // A copy, because `data` is a view of the whole chunk.
      this.ping = Buffer.from(data)
      this.answer()
    })
  }

  /** A connection of Engine.IO uses the WebSocket from now on. It counts the messages itself. */
  handOver(floodGuard: FloodGuard): void {
    this.floodGuard = floodGuard
    this.webSocket.off('message', this.countMessage)
  }

  private readonly countMessage = () => this.floodGuard.countPacket()

  private answer(): void {
    const { webSocket, ping } = this
    if (this.isAnswering || ping === undefined || webSocket.readyState !== webSocket.OPEN) return
    this.isAnswering = true
    this.ping = undefined
    webSocket.pong(ping, false, () => {
      this.isAnswering = false
      this.answer()
    })
  }
}

export type WebSocketServerClass = new (options?: ServerOptions) => WebSocketServer

/** A WebSocket server for Engine.IO that passes each WebSocket to `opened` before anything from it is read. */
export function webSocketServer(
  opened: (webSocket: WebSocket, socket: Duplex, request: IncomingMessage) => void,
): WebSocketServerClass {
  return class extends WebSocketServer {
    constructor(options?: ServerOptions) {
      super({
        ...options,
        autoPong: false,
        maxFragments: MAX_FRAGMENTS,
        ...{ closeTimeout: CLOSE_TIMEOUT_MS },
      })
    }

    override handleUpgrade(
      ...[request, socket, head, done]: Parameters<WebSocketServer['handleUpgrade']>
    ): void {
      super.handleUpgrade(request, socket, head, (webSocket) => {
        opened(webSocket, socket, request)
        done(webSocket, request)
      })
    }
  }
}
