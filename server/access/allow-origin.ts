import { isLoopbackName, nameInHost, requestedHost, type RequestHead } from './request-host.ts'
import type { Origins } from './origins.ts'
import { originOf } from './origins.ts'

/**
 * Whether the page that a request comes from may connect. Browsers allow any page to open a WebSocket to anywhere, and send its origin.
 * So the server has to check it (RFC 6455, section 10.2). A request without an origin does not come from a page, and may connect.
 *
 * @param loopbackPages Whether pages of this machine may connect from any port, such as those of a development server.
 */
export function allowOrigin(request: RequestHead, origins: Origins, loopbackPages = false): boolean {
  const { origin } = request.headers
  if (origin === undefined || origins === '*') return true
  const from = originOf(origin)
  if (from === undefined) return false
  if (origins.includes(from) || isOwn(from, requestedHost(request))) return true
  return loopbackPages && /^https?:/.test(from) && isLoopbackName(new URL(from).hostname)
}

/**
 * Whether `origin` is the one that the request was sent to. A proxy that terminates TLS hides the browser's scheme. So
 * the origin's own scheme decides which port is the default.
 */
function isOwn(origin: string, host: string | undefined): boolean {
  if (host === undefined || nameInHost(host) === undefined) return false
  const { protocol, host: own } = new URL(origin)
  if (!/^https?:$/.test(protocol)) return false
  const asked = `${protocol}//${host}`
  return URL.canParse(asked) && new URL(asked).host === own
}
