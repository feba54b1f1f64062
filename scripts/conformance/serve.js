import { createServer } from 'node:http'
import sirv from 'sirv'

/**
 * Serves a folder on loopback, where a page may use the microphone.
 *
 * @param {string} folder
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export function serve(folder) {
  const server = createServer(sirv(folder))
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      resolve({ url: `http://127.0.0.1:${port}/`, stop: () => server.close() })
    })
  })
}
