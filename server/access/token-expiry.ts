import type { RelaySocket } from '../relay-socket.ts'

/** The longest time that a timer of Node can wait, in milliseconds. */
export const LONGEST_TIMER = 2 ** 31 - 1

/** Tells the client of `socket` that its token has expired, and disconnects it, at `expiresAt` (milliseconds since 1970). */
export function disconnectAt(socket: RelaySocket, expiresAt: number): void {
  const wait = (): NodeJS.Timeout =>
    setTimeout(tick, Math.min(LONGEST_TIMER, Math.max(0, expiresAt - Date.now())))
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
