import type { RelaySocket } from './relay-socket.ts'

/** Packets that may wait for one slow connection. A message beyond them is refused, so that memory stays bounded. */
export const MAX_BACKLOG = 500

export interface BacklogOptions {
  /** Bytes that may wait; beyond them the connection counts as having too many packets. */
  readonly bytes: number
  /** Milliseconds for which they may wait. */
  readonly slowMs: number
  /** Called once for a connection: it left what waits for it unread for too long, or more than twice `bytes` waits. */
  readonly tooSlow: (socket: RelaySocket) => void
}

/** What waits in memory until the client of a connection reads on. */
export interface Backlog {
  /** Packets that wait; at least {@link MAX_BACKLOG} where they have too many bytes. */
  readonly packets: number
}

/**
 * Counts the packets that wait in memory until the client of `socket` reads on. There is a packet for each connection every few
 * seconds, the ping, so one that does not read is noticed without a timer.
 */
export function watchBacklog(socket: RelaySocket, options: BacklogOptions): Backlog {
  const backlog = new Waiting(socket, options)
  socket.conn.on('packetCreate', (packet: Packet) => backlog.add(packet))
  socket.conn.on('flush', () => backlog.clear())
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
  private readonly socket: RelaySocket
  private readonly options: BacklogOptions

  constructor(socket: RelaySocket, options: BacklogOptions) {
    this.socket = socket
    this.options = options
  }

  get packets(): number {
    return this.size > this.options.bytes ? Math.max(this.count, MAX_BACKLOG) : this.count
  }

  add({ data }: Packet): void {
    // It goes out now.
    if (this.socket.conn.transport.writable) return
    const { bytes, slowMs, tooSlow } = this.options
    const now = performance.now()
    if (this.count === 0) this.since = now
    this.count += 1
    this.size += data?.length ?? 0
    if (this.given || (now - this.since <= slowMs && this.size <= 2 * bytes)) return
    this.given = true
    tooSlow(this.socket)
  }

  clear(): void {
    this.count = 0
    this.size = 0
  }
}
