import { MAX_TIMEOUT_MS } from '../max-timeout.ts'
import type { RelaySocket } from '../relay-socket.ts'

/** At `expiresAt`, in milliseconds since 1970, tells the client that its token has expired and disconnects it. */
export function disconnectAt(socket: RelaySocket, expiresAt: number): void {
  const wait = (): NodeJS.Timeout =>
    setTimeout(tick, Math.min(MAX_TIMEOUT_MS, Math.max(0, expiresAt - Date.now())))
  const tick = () => {
    if (Date.now() < expiresAt) {
      timer = wait()
      return
    }
    socket.emit('closing', {
      code: 'token-expired',
      problem: 'the token has expired; connect again with a fresh one',
    })
    socket.disconnect(true)
  }
  let timer = wait()
  socket.once('disconnect', () => clearTimeout(timer))
}
