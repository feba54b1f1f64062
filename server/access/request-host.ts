import type { IncomingMessage } from 'node:http'

/** The part of a request that the checks of hosts and origins read. */
export type RequestHead = Pick<IncomingMessage, 'headers'>

/** The host that a request is for, with its port: `Host`, or its equivalent in HTTP/2. */
export function requestedHost({ headers }: RequestHead): string | undefined {
  const authority = headers[':authority']
  return headers.host ?? (typeof authority === 'string' ? authority : undefined)
}

/**
 * The name or address in `host`, without its port, as URLs write it: in lower case, an IPv6 address in brackets. Undefined if
 * `host` is not a host.
 */
export function nameInHost(host: string): string | undefined {
  if (!/^[^\s/?#@\\]+$/.test(host) || !URL.canParse(`http://${host}`)) return undefined
  // A name may end with a dot, which makes no difference (RFC 1034, section 3.1).
  return new URL(`http://${host}`).hostname.replace(/(?<=.)\.$/, '')
}

/** Whether a name, as {@link nameInHost} writes it, always means this machine itself (RFC 6761, section 6.3). */
export const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d+){3}$/.test(name)
