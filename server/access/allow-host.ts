import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { isLoopbackName, nameInHost, requestedHost } from './request-host.ts'

/** Names that a server answers to, besides those of loopback, such as `call.example.org`; or all of them. */
export type Hosts = readonly string[] | '*'

/** Why `text` cannot be allowed as a host, in one line; undefined if it can. */
export function problemOfHost(text: string): string | undefined {
  if (text === '*' || (!text.includes('*') && nameInHost(text) !== undefined)) return undefined
  return `${text} is no host; give one such as call.example.org, or *`
}

/**
 * Hosts as {@link allowHost} compares them; a port makes no difference.
 *
 * @throws TypeError if one of them is not a host: it would let nobody in.
 */
export function readHosts(given: readonly string[] | string): Hosts {
  const all = [given].flat()
  const problem = all.map(problemOfHost).find((each) => each !== undefined)
  if (problem !== undefined) throw new TypeError(problem)
  return all.includes('*') ? '*' : all.flatMap((host) => nameInHost(host) ?? [])
}

/**
 * The hosts that a server on the address `listensOn` answers to. On loopback these are the ones of loopback alone, since
 * other names only lead there by DNS rebinding, or through a proxy.
 */
export function hostsFor(listensOn: string, hosts: Hosts | undefined, behindProxy = false): Hosts {
  if (hosts !== undefined) return hosts
  return isLoopback(listensOn) && !behindProxy ? [] : '*'
}

/** Whether a server on this address can be reached from this machine alone. */
export function isLoopback(address: string): boolean {
  const name = nameInHost(isIPv6(address) ? `[${address}]` : address)
  return name !== undefined && isLoopbackName(name)
}

/**
 * Whether a request is for one of `hosts`, for loopback, or for the address that it arrived at. By DNS rebinding a page has the
 * browser look up the page's own name again, and get the address of somebody else's server: to the browser the two are
 * one origin then, and `Host` alone tells them apart. A request without a host comes from no browser.
 */
export function allowHost(
  request: Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly localAddress?: string } },
  hosts: Hosts,
): boolean {
  const host = requestedHost(request)
  if (host === undefined || hosts === '*') return true
  const name = nameInHost(host)
  if (name === undefined) return false
  return isLoopbackName(name) || hosts.includes(name) || name === addressName(request.socket.localAddress)
}

/** An address of a socket as {@link nameInHost} writes it. Where it is an IPv4 address as IPv6 (RFC 4291, 2.5.5.2), without that. */
function addressName(address = ''): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  return nameInHost(isIPv6(plain) ? `[${plain}]` : plain)
}
