import { blockedPorts } from './blocked-ports.ts'
import { limits } from './limits.ts'

/**
 * Explains why browsers cannot use `url` as the URL of a STUN or TURN server; undefined if they can. The text
 * continues "this URL cannot be used: ".
 *
 * Accepts the URLs of RFC 7064 and RFC 7065 that the constructors of Chromium and Firefox both accept; an
 * RTCPeerConnection that is given any other one may throw (W3C WebRTC, "validate an ICE server URL"). Host names may be
 * written in Unicode.
 *
 * @example
 * problemOfIceServerUrl('turn:turn.example.org:3478?transport=udp') // undefined
 * problemOfIceServerUrl('stun:stun.example.org?transport=udp') // 'a stun: URL takes no parameters'
 */
export function problemOfIceServerUrl(url: unknown): string | undefined {
  if (typeof url !== 'string') return 'a URL is a text'
  if (url.length > limits.iceServerUrl) return `it is longer than ${limits.iceServerUrl} characters`
  const [, scheme = '', rest = ''] = /^(stuns?|turns?):(.*)$/is.exec(url) ?? []
  if (scheme === '') return 'it does not begin with stun:, turn: or turns:'
  // Firefox throws on it, and Chromium sends nothing to such a server.
  if (/^stuns$/i.test(scheme)) return 'no browser supports stuns:; use stun: instead'
  if (rest.startsWith('//')) return `the host follows ${scheme}: directly, without //`
  if (rest.includes('@')) return 'it has a user name in it; give username and credential beside the URL'
  const [address, query] = splitAt(rest, '?')
  return problemOfQuery(scheme, query) ?? problemOfAddress(address)
}

/**
 * Whether `url` is one of a TURN server, which needs a username and a credential.
 *
 * @example
 * isTurnUrl('turn:turn.example.org') // true
 * isTurnUrl('stun:stun.example.org') // false
 */
export const isTurnUrl = (url: string): boolean => /^turns?:/i.test(url)

function problemOfQuery(scheme: string, query: string | undefined): string | undefined {
  if (query === undefined) return undefined
  if (!isTurnUrl(`${scheme}:`)) return 'a stun: URL takes no parameters'
  return /^transport=(udp|tcp)$/.test(query)
    ? undefined
    : 'the only parameter is transport, as in ?transport=udp or ?transport=tcp'
}

function problemOfAddress(address: string): string | undefined {
  if (/[/\\#]/.test(address)) return 'nothing but a port may follow the host'
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(.*))?$/s.exec(address) ?? []
  if (address.split(':').length > 2 && !host.startsWith('['))
    return 'it has too many colons; an IPv6 address is in brackets, as in [2001:db8::1]'
  if (host === '') return 'it names no host'
  return isHost(host) ? problemOfPort(port) : 'its host is neither a host name nor an IP address'
}

function problemOfPort(port: string | undefined): string | undefined {
  if (port === undefined) return undefined
  const number = /^\d+$/.test(port) ? Number(port) : 0
  if (number < 1 || number > 65_535) return 'its port is not a number from 1 to 65535'
  return blockedPorts.has(number) ? `browsers block port ${number}; use another one` : undefined
}

/**
 * Labels of letters, digits, hyphens and underscores between single dots; of other alphabets, any visible character.
 */
const name = /^(?:(?!\p{M})(?:[\w-]|(?=\P{ASCII})[^\p{C}\p{Z}。．｡])+(?:\.|$))+$/u

/** Blocks of letters and digits that are written from right to left: browsers do not agree on which names may have them. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

function isHost(host: string): boolean {
  if (!host.startsWith('[') && (!name.test(host) || rightToLeft.test(host))) return false
  try {
    const { hostname } = new URL(`http://${host}`)
    // Short forms of IPv4 addresses, such as 127.1, and those in other digits: resolvers do not agree on them.
    return !/^[\d.]+$/.test(hostname) || hostname === host
  } catch {
    return false
  }
}

/** The part before the first `separator` and the part after it, which is undefined without one. */
function splitAt(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
