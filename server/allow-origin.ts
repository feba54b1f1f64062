import type { IncomingMessage } from 'node:http'

/** Origins of pages that may connect beside the relay's own, such as `https://example.org`, or all of them. */
export type Origins = readonly string[] | '*'

/**
 * Whether the page that a request comes from may connect. Browsers state the origin of a page in the request, and let any
 * page open a WebSocket anywhere, so the check is the server's (RFC 6455, section 10.2). A client without an origin is no
 * browser page and may connect.
 */
export function allowOrigin(request: Pick<IncomingMessage, 'headers'>, origins: Origins): boolean {
  const { origin, host } = request.headers
  if (origin === undefined || origins === '*' || origins.includes(origin)) return true
  // The host alone: behind a proxy that terminates TLS the scheme that the browser used is not known here.
  return /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).host === host
}
