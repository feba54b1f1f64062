import type { RequestListener } from 'node:http'
import sirv from 'sirv'
import { addSecurityHeaders, plainAnswer } from './answers.ts'

const OWN_PATHS: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz'])

/**
 * Answers `GET /healthz` and `/readyz` (see {@link plainAnswer}), and serves the files of `folder`, if given, as they were
 * listed when this was called. Throws if the folder cannot be read.
 */
export function serveDemo(folder: string | undefined, isReady: () => boolean): RequestListener {
  const serveFile = folder === undefined ? undefined : sirv(folder, { etag: true })

  return (request, response) => {
    addSecurityHeaders((name, value) => response.setHeader(name, value))
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const notFound = () => plainAnswer(request, response, isReady)
    if (serveFile === undefined || !isRead || OWN_PATHS.has(request.url?.split('?')[0])) return notFound()

    // sirv throws on a range that ends before it starts; a server may ignore ranges (RFC 9110, section 14.2).
    delete request.headers.range
    // A file that was deleted since fails only once it is read, and nobody else listens for that.
    response.once('pipe', (file) => file.once('error', () => response.destroy()))
    serveFile(request, response, notFound)
  }
}
