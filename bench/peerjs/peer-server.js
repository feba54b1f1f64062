import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { PeerServer } from 'peer'

/**
 * Starts the signaling server of PeerJS on a free port of loopback. It runs in a separate process, because it has
 * timers that nothing stops.
 *
 * @returns {Promise<{ port: number, close: () => void }>}
 */
export async function startPeerServer() {
  const child = fork(fileURLToPath(import.meta.url))
  const [port] = await once(child, 'message')
  return { port, close: () => void child.kill() }
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once('disconnect', () => process.exit())
  PeerServer({ port: 0, host: 'localhost', path: '/' }, (server) => {
    const address = server.address()
    if (typeof address === 'object') process.send?.(address?.port)
  })
}
