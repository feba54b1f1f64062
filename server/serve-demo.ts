import type { RequestListener } from 'node:http'
import sirv from 'sirv'

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'SAMEORIGIN',
}

/** Adds the headers that every answer of the relay carries, Socket.IO's own included. */
export const addSecurityHeaders = (headers: Record<string, string>): void =>
  void Object.assign(headers, securityHeaders)

/**
 * Answers `GET /healthz` with 200, and serves the files of `folder`, if given, as they were listed when this was called.
 * Throws if the folder cannot be read.
 */
export function serveDemo(folder?: string): RequestListener {
  const serveFile = folder === undefined ? undefined : sirv(folder, { etag: true })

  return (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const answer = (status: number, text: string) =>
      void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)

    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'method not allowed')
    if (request.url?.split('?')[0] === '/healthz') return answer(200, 'ok')
    if (serveFile === undefined) return answer(404, 'not found')

    // sirv throws on a range that ends before it starts; a server may ignore ranges (RFC 9110, section 14.2).
    delete request.headers.range
    // A file that was deleted since fails only once it is read, and nobody else listens for that.
    response.once('pipe', (file) => file.once('error', () => response.destroy()))
    serveFile(request, response, () => answer(404, 'not found'))
  }
}
