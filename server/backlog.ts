import type { RelaySocket } from './relay-socket.ts'

/** Packets that may wait for one slow connection. A message beyond them is refused, so that memory stays bounded. */
export const MAX_BACKLOG = 500

export interface BacklogOptions {
  /** Bytes that may wait; beyond them the connection counts as having too many packets. */
  readonly bytes: number
  /** Milliseconds for which they may wait. */
  readonly slowMs: number
  /** Called once: the connection left what waits for it unread for too long, or more than twice `bytes` waits. */
  readonly tooSlow: () => void
}

/**
 * Counts the packets that wait in memory until the client of `conn` reads on. There is a packet for each connection every few
 * seconds, the ping, so one that does not read is noticed without a timer.
 */
export function watchBacklog(
  conn: RelaySocket['conn'],
  { bytes, slowMs, tooSlow }: BacklogOptions,
): () => number {
  let packets = 0
  let size = 0
  let since = 0
  let given = false
  conn.on('packetCreate', ({ data }: { readonly data?: { readonly length?: number } }) => {
    const now = performance.now()
    if (packets === 0) since = now
    packets += 1
    size += data?.length ?? 0
    if (given || (now - since <= slowMs && size <= 2 * bytes)) return
    given = true
    tooSlow()
  })
  conn.on('flush', () => {
    packets = 0
    size = 0
  })
  return () => (size > bytes ? Math.max(packets, MAX_BACKLOG) : packets)
}
