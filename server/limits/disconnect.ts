import type { EngineConnection } from '../relay-socket.ts'
import { CLOSE_TIMEOUT_MS, webSocketOf } from './web-sockets.ts'

/** Terminates the WebSocket of a closed connection soon, whether or not the client completes the closing handshake. */
export function terminateAfterClose(conn: EngineConnection): void {
  setTimeout(() => terminate(conn), CLOSE_TIMEOUT_MS).unref()
}

/** Ends a connection at once and drops what is queued for it. A close frame would wait behind that. */
export function cutOff(conn: EngineConnection): void {
  conn.close(true)
  terminate(conn)
}

/** Leaves long polling alone: behind a proxy, its TCP connection may serve another client by now. */
function terminate({ transport }: EngineConnection): void {
  webSocketOf(transport)?.terminate()
}
