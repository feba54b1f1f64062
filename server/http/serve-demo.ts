import type { RequestListener } from 'node:http'
import type { Readable } from 'node:stream'
import sirv from 'sirv'
import { addSecurityHeaders, plainAnswer, type Readiness } from './health.ts'

/**
 * What a page of the relay may load, run and connect to (W3C Content Security Policy): its own files, and the relay. Nothing that
 * stands in the page itself is run, so a name or a text that became part of it by mistake is not, either.
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
  // Camera and microphone for the page itself, and for no frame of another origin.
  'permissions-policy':
    'camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
}

const OWN_PATHS: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz'])

/**
 * Answers `GET /healthz` and `/readyz` (see {@link plainAnswer}), and serves the files of `folder`, if given, as they were
 * listed when this was called, under the content security policy. Throws if the folder cannot be read.
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
    const notFound = () => plainAnswer(request, response, readiness)
    if (serveFile === undefined || !isRead || OWN_PATHS.has(request.url?.split('?')[0])) return notFound()

    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    // sirv throws on a range that ends before it starts; a server may ignore ranges (RFC 9110, section 14.2).
    delete request.headers.range
    // A file that was deleted since fails only once it is read, and nobody else listens for that.
    response.once('pipe', (file: Readable) => {
      file.once('error', () => response.destroy())
      // Where the connection is closed, an answer that waits behind another one hears nothing of it, and its file would stay open.
      request.once('close', () => file.destroy())
    })
    serveFile(request, response, notFound)
  }
}
