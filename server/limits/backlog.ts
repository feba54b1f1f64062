import type { ServerResponse } from 'node:http'
import type { EngineConnection } from '../relay-socket.ts'
import { webSocketOf } from './web-sockets.ts'

/** Packets that may be queued for one slow connection. A message beyond them is refused, so that memory stays bounded. */
export const MAX_BACKLOG = 500

export interface BacklogOptions {
  /** Bytes that may be queued. Beyond them the connection counts as having too many packets. */
  readonly bytes: number
  /** Milliseconds for which they may be queued. */
  readonly slowMs: number
  /** Called once, when the client has not read for too long, or more than twice `bytes` are queued. */
  readonly tooSlow: () => void
}

/** What is queued in memory until the client of a connection reads it. */
export interface Backlog {
  /** Queued packets; at least {@link MAX_BACKLOG} if they have too many bytes. */
  readonly packets: number
  /** Checks whether too much is queued. Call this after a write that bypasses Engine.IO. */
  check(): void
  /** Destroys the responses to polls that the client has not read to the end. */
  abandon(): void
}

/**
 * Counts what is queued in memory until the client of `conn` reads it: packets of Engine.IO, and any bytes that its socket has not sent.
 * Needs no timer: each connection is sent a ping every few seconds, so a client that does not read is noticed then.
 */
export function watchBacklog(conn: EngineConnection, options: BacklogOptions): Backlog {
  const backlog = new ConnectionBacklog(conn, options)
  conn.on('packetCreate', (packet: Packet) => backlog.add(packet))
  conn.on('flush', () => backlog.flushed())
  return backlog
}

interface Packet {
  readonly data?: { readonly length?: number }
}

/** A class, because each connection has one: it takes half the memory of functions that share variables. */
class ConnectionBacklog implements Backlog {
  private count = 0
  private size = 0
  private since = 0
  private isTooSlow = false
  private readonly conn: EngineConnection
  private readonly options: BacklogOptions
  /** Responses to polls that may not be sent to the end. Each may be on another TCP connection. */
  private responses: Set<ServerResponse> | undefined

  constructor(conn: EngineConnection, options: BacklogOptions) {
    this.conn = conn
    this.options = options
  }

  get packets(): number {
    return this.bytes > this.options.bytes ? Math.max(this.count, MAX_BACKLOG) : this.count
  }

  add({ data }: Packet): void {
    // If it is writable, the packet is sent now.
    if (!this.conn.transport.writable) {
      if (this.count === 0) this.since = performance.now()
      this.count += 1
      this.size += data?.length ?? 0
    }
    this.check()
  }

  check(): void {
    if (this.isTooSlow) return
    const { bytes, slowMs, tooSlow } = this.options
    const isLate = this.count > 0 && performance.now() - this.since > slowMs
    if (!isLate && this.bytes <= 2 * bytes) return
    this.isTooSlow = true
    tooSlow()
  }

  /** What was queued is sent: to the socket, or as the response to a poll. */
  flushed(): void {
    this.count = 0
    this.size = 0
    const { res } = this.conn.transport as { readonly res?: ServerResponse | null }
    if (res) (this.responses ??= new Set()).add(res)
  }

  abandon(): void {
    for (const response of this.responses ?? []) if (!response.writableFinished) response.destroy()
  }

  private get bytes(): number {
    let bytes = this.size + (webSocketOf(this.conn.transport)?.bufferedAmount ?? 0)
    for (const response of this.responses ?? []) {
      if (response.writableFinished || response.destroyed) this.responses?.delete(response)
      else bytes += response.writableLength
    }
    return bytes
  }
}
