import type { RelaySocket } from './relay-socket.ts'

/** Packets that may wait for one slow connection. A message beyond them is refused, so that memory stays bounded. */
export const MAX_BACKLOG = 500

/** Counts the packets that wait in memory until the client of `conn` reads on. */
export function watchBacklog(conn: RelaySocket['conn']): () => number {
  let waiting = 0
  conn.on('packetCreate', () => {
    waiting += 1
  })
  conn.on('flush', () => {
    waiting = 0
  })
  return () => waiting
}
