import type { RequestListener } from 'node:http'
import type { Readable } from 'node:stream'
import sirv from 'sirv'
import { answerHealth, type Readiness } from './health.ts'
import { addSecurityHeaders } from './security-headers.ts'

/**
 * What a page of the relay may load, run and connect to (W3C Content Security Policy): its own files, and the relay.
 * Inline scripts are refused. So a name or a text that ends up in the page by mistake does not run.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' blob: mediastream:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

const pageHeaders = {
  // The page itself may use camera and microphone; frames of other origins may not.
  'permissions-policy':
    'camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
}

/** A page in a folder. Without the slash, its relative paths would begin one folder too high. */
const LAB = '/lab'
const OWN_PATHS: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz'])

/**
 * Answers `GET /healthz` and `/readyz` (see {@link answerHealth}). Serves the files of `folder`, if given, under the content security
 * policy. The files are listed when this is called. Throws if the folder cannot be read.
 */
export function serveDemo(
  folder: string | undefined,
  readiness: () => Readiness,
  policy: string | false = PAGE_POLICY,
): RequestListener {
  const headers = { ...pageHeaders, ...(policy !== false && { 'content-security-policy': policy }) }
  const serveFile = folder === undefined ? undefined : sirv(folder, { etag: true })

  return (request, response) => {
    addSecurityHeaders((name, value) => response.setHeader(name, value))
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const notFound = () => answerHealth(request, response, readiness)
    const path = request.url?.split('?')[0]
    if (serveFile === undefined || !isRead || OWN_PATHS.has(path)) return notFound()
    // Relative, because a proxy in front of the relay may serve it in a folder.
    if (path === LAB) return void response.writeHead(302, { location: 'lab/' }).end()

    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    // sirv throws on a range that ends before it starts; a server may ignore ranges (RFC 9110, section 14.2).
    delete request.headers.range
    // A file that was deleted since then fails only when it is read, and nothing else listens for that error.
    response.once('pipe', (file: Readable) => {
      file.once('error', () => response.destroy())
      // A queued response does not notice that the connection closed, and its file would stay open.
      request.once('close', () => file.destroy())
    })
    serveFile(request, response, notFound)
  }
}
