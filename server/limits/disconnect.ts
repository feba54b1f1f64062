import type { RelaySocket } from '../relay-socket.ts'
import { GOODBYE_MS, webSocketOf } from './web-sockets.ts'

/** Has the WebSocket of `conn`, which was closed, end soon, whether or not the client answers the goodbye. */
export function boundGoodbye(conn: RelaySocket['conn']): void {
  setTimeout(() => destroy(conn), GOODBYE_MS).unref()
}

/** Ends a connection at once, whatever still waits for it: a goodbye would wait as well. */
export function cutOff(conn: RelaySocket['conn']): void {
  conn.close(true)
  destroy(conn)
}

/** The TCP connection of long polling may serve somebody else by now, behind a proxy. */
function destroy({ transport }: RelaySocket['conn']): void {
  webSocketOf(transport)?.terminate()
}
