import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { isLoopbackName, nameInHost, requestedHost } from './request-host.ts'

/** Hosts that a server answers to besides loopback, such as `call.example.org`, or all of them. */
export type Hosts = readonly string[] | '*'

/** Why `text` cannot be allowed as a host; undefined if it can. */
export function problemOfHost(text: string): string | undefined {
  if (text === '*' || (!text.includes('*') && nameInHost(text) !== undefined)) return undefined
  return `${text} is not a host; give one such as call.example.org, or *`
}

/**
 * Hosts as {@link allowHost} compares them, without ports.
 *
 * @throws TypeError if one of them is not a host, because it would match nothing.
 */
export function readHosts(given: readonly string[] | string): Hosts {
  const all = [given].flat()
  const problem = all.map(problemOfHost).find((each) => each !== undefined)
  if (problem !== undefined) throw new TypeError(problem)
  return all.includes('*') ? '*' : all.flatMap((host) => nameInHost(host) ?? [])
}

/**
 * The hosts that a server on the address `listensOn` answers to. On loopback these are only the names of loopback.
 * Other names lead there only by DNS rebinding, or through a proxy.
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
 * Whether a request is for one of `hosts`, for loopback, or for the address that it arrived at.
 *
 * This stops DNS rebinding: a page makes the browser look up the page's own name again and get the address of another server. To the
 * browser both are one origin then, and only `Host` separates them. A request without a host does not come from a browser.
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

/** The address of a socket as {@link nameInHost} writes it. An IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) becomes IPv4. */
function addressName(address = ''): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  return nameInHost(isIPv6(plain) ? `[${plain}]` : plain)
}
