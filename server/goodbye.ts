import type { RelaySocket } from './relay-socket.ts'

/** How long a WebSocket has to say goodbye before it is cut, in milliseconds. */
export const GOODBYE_MS = 1000

/** Has the TCP connection of `conn`, which was closed, end soon, whether or not the client answers the goodbye. */
export function boundGoodbye(conn: RelaySocket['conn']): void {
  setTimeout(() => destroy(conn), GOODBYE_MS).unref()
}

/** Ends a connection at once, whatever still waits for it: a goodbye would wait as well. */
export function cutOff(conn: RelaySocket['conn']): void {
  conn.close(true)
  destroy(conn)
}

function destroy({ request: { headers, socket } }: RelaySocket['conn']): void {
  // The TCP connection of long polling may serve somebody else by now, behind a proxy.
  if (headers.upgrade !== undefined) socket.destroy()
}
