import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sirv from 'sirv'
import { onTestFinished } from 'vitest'

/**
 * Serves a folder's files below a path, as any web server does: without headers of its own, and without a relay. Ends
 * with the test. Returns the address of the path, and of every request.
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
