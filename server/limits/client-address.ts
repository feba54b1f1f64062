import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

/**
 * The address of the client behind a request. Proxies in front of the relay each add the address that they were reached from
 * to `X-Forwarded-For`; of these, only as many as `trustedProxies` are not the client's own invention.
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

/** What is counted as one client: an IPv4 address, or the /64 that an IPv6 network gives each of its sites (RFC 6177). */
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

/** Some proxies name the port, too, which is another one each time. An IPv6 address then stands in brackets (RFC 7239, section 6). */
const withoutPort = (hop: string) => hop.replace(/^\[(.*)\](?::\d+)?$|^([^:]*):\d+$/, '$1$2')

/** An IPv4 address as such, where it comes as one of IPv6 (RFC 4291, 2.5.5.2). */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')
