import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sirv from 'sirv'
import { onTestFinished } from 'vitest'

/**
 * Serves a folder under a path, as a plain web server does: it adds no headers, and there is no relay. The relay's own
 * server would do both. Stops when the test ends. Returns the address, and the paths that were requested.
 */
export async function serveFolder(folder: string, path: string) {
  const requests: string[] = []
  const serve = sirv(folder)
  const server = createServer((request, response) => {
    const { url = '' } = request
    requests.push(url)
    const missing = () => void response.writeHead(404).end()
    if (!url.startsWith(path)) return missing()
    request.url = url.slice(path.length) || '/'
    serve(request, response, missing)
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://localhost:${(server.address() as AddressInfo).port}${path}`, requests }
}
