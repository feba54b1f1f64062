import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws'
import type { Intake } from './flood-guard.ts'
import type { RelaySocket } from '../relay-socket.ts'

/** How long a WebSocket has to say goodbye before it is cut, in milliseconds. */
export const GOODBYE_MS = 1000

/** Fragments of one message. Browsers make one of each message, and proxies a few. */
const MAX_FRAGMENTS = 1024

/** The WebSocket that a transport of Engine.IO sends over; undefined for long polling. */
export const webSocketOf = (transport: RelaySocket['conn']['transport']): WebSocket | undefined =>
  transport.name === 'websocket' ? (transport as unknown as { readonly socket: WebSocket }).socket : undefined

/** Has a transport of long polling that is closed wait no longer than a WebSocket for its client to fetch the goodbye. */
export function boundFarewell(transport: RelaySocket['conn']['transport']): void {
  if ('closeTimeout' in transport) transport.closeTimeout = GOODBYE_MS
}

/**
 * One WebSocket, from the moment it is open. Its bytes, and the frames that Engine.IO never sees, count against an {@link Intake}: the one
 * it begins with, until a connection of Engine.IO goes on over it.
 *
 * Answers one ping at a time, and of those that come meanwhile the last one alone (RFC 6455, 5.5.3), so that the answers cannot pile up
 * while nobody reads them.
 */
export class Line {
  private readonly webSocket: WebSocket
  private intake: Intake
  private isAnswering = false
  private ping: Buffer | undefined

  constructor(webSocket: WebSocket, socket: Duplex, intake: Intake) {
    this.webSocket = webSocket
    this.intake = intake
    // Before the WebSocket reads it.
    socket.prependListener('data', (chunk: Buffer) => this.intake.addBytes(chunk.length))
    webSocket.on('message', this.countMessage)
    webSocket.on('pong', () => this.intake.addPacket())
    webSocket.on('ping', (data: Buffer) => {
      this.intake.addPacket()
      // A copy, as it is a view of all that came with it.
      this.ping = Buffer.from(data)
      this.answer()
    })
  }

  /** From now on a connection goes on over the WebSocket. It counts the messages that come itself. */
  takenOver(intake: Intake): void {
    this.intake = intake
    this.webSocket.off('message', this.countMessage)
  }

  private readonly countMessage = () => this.intake.addPacket()

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

/** A server of WebSockets for Engine.IO, which hands each of them to `opened` before anything that comes over it is read. */
export function webSocketServer(
  opened: (webSocket: WebSocket, socket: Duplex, request: IncomingMessage) => void,
): WebSocketServerClass {
  return class extends WebSocketServer {
    constructor(options?: ServerOptions) {
      super({ ...options, autoPong: false, maxFragments: MAX_FRAGMENTS, ...{ closeTimeout: GOODBYE_MS } })
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
