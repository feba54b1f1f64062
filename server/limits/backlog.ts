import type { ServerResponse } from 'node:http'
import type { RelaySocket } from '../relay-socket.ts'
import { webSocketOf } from './web-sockets.ts'

type Conn = RelaySocket['conn']

/** Packets that may wait for one slow connection. A message beyond them is refused, so that memory stays bounded. */
export const MAX_BACKLOG = 500

export interface BacklogOptions {
  /** Bytes that may wait; beyond them the connection counts as having too many packets. */
  readonly bytes: number
  /** Milliseconds for which they may wait. */
  readonly slowMs: number
  /** Called once: the client left what waits for it unread for too long, or more than twice `bytes` waits. */
  readonly tooSlow: () => void
}

/** What waits in memory until the client of a connection reads on. */
export interface Backlog {
  /** Packets that wait; at least {@link MAX_BACKLOG} if they have too many bytes. */
  readonly packets: number
  /** Looks whether too much waits, whatever it is: for what is written past Engine.IO. */
  check(): void
  /** Ends the answers to polls that nobody has read to the end. */
  abandon(): void
}

/**
 * Counts what waits in memory until the client of `conn` reads on: packets of Engine.IO, and the bytes that its socket has not sent,
 * whatever they are. There is a packet for each connection every few seconds, the ping, so one that does not read is noticed without a
 * timer.
 */
export function watchBacklog(conn: Conn, options: BacklogOptions): Backlog {
  const backlog = new Waiting(conn, options)
  conn.on('packetCreate', (packet: Packet) => backlog.add(packet))
  conn.on('flush', () => backlog.flushed())
  return backlog
}

interface Packet {
  readonly data?: { readonly length?: number }
}

/** A class, as each connection has one: it takes half the memory of functions that share variables. */
class Waiting implements Backlog {
  private count = 0
  private size = 0
  private since = 0
  private given = false
  private readonly conn: Conn
  private readonly options: BacklogOptions
  /** Answers to polls that may not have been sent to the end: each may be on a TCP connection of its own. */
  private answers: Set<ServerResponse> | undefined

  constructor(conn: Conn, options: BacklogOptions) {
    this.conn = conn
    this.options = options
  }

  get packets(): number {
    return this.bytes > this.options.bytes ? Math.max(this.count, MAX_BACKLOG) : this.count
  }

  add({ data }: Packet): void {
    // Otherwise it goes out now.
    if (!this.conn.transport.writable) {
      if (this.count === 0) this.since = performance.now()
      this.count += 1
      this.size += data?.length ?? 0
    }
    this.check()
  }

  check(): void {
    if (this.given) return
    const { bytes, slowMs, tooSlow } = this.options
    const isLate = this.count > 0 && performance.now() - this.since > slowMs
    if (!isLate && this.bytes <= 2 * bytes) return
    this.given = true
    tooSlow()
  }

  /** What waits goes out: to the socket, or with the answer to a poll. */
  flushed(): void {
    this.count = 0
    this.size = 0
    const { res } = this.conn.transport as { readonly res?: ServerResponse | null }
    if (res) (this.answers ??= new Set()).add(res)
  }

  abandon(): void {
    for (const answer of this.answers ?? []) if (!answer.writableFinished) answer.destroy()
  }

  private get bytes(): number {
    let bytes = this.size + (webSocketOf(this.conn.transport)?.bufferedAmount ?? 0)
    for (const answer of this.answers ?? []) {
      if (answer.writableFinished || answer.destroyed) this.answers?.delete(answer)
      else bytes += answer.writableLength
    }
    return bytes
  }
}
