import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

/**
 * The address of the client behind a request. Each proxy in front of the relay appends the address of its peer to `X-Forwarded-For`. Only
 * the last `trustedProxies` entries can be trusted; the client may have made up the others.
 */
export function clientAddress(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustedProxies: number,
): string {
  const header = request.headers['x-forwarded-for']
  const hops = [header ?? []]
    .flat()
    .join()
    .split(',')
    .map((hop) => hop.trim())
  const named = trustedProxies > 0 ? hops.at(-trustedProxies) : undefined
  return plain(named === undefined ? '' : withoutPort(named)) || plain(request.socket.remoteAddress ?? '')
}

/** What counts as one client: an IPv4 address, or the /64 of an IPv6 site (RFC 6177). */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.toLowerCase().split('::')
  const parts = (text: string | undefined) => (text ? text.split(':') : [])
  const missing = tail === undefined ? 0 : 8 - parts(head).length - parts(tail).length
  const groups = [...parts(head), ...Array<string>(Math.max(0, missing)).fill('0'), ...parts(tail)]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/** Some proxies add the port, which differs each time. An IPv6 address is then in brackets (RFC 7239, section 6). */
const withoutPort = (hop: string) => hop.replace(/^\[(.*)\](?::\d+)?$|^([^:]*):\d+$/, '$1$2')

/** Removes the prefix of an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2). */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')
