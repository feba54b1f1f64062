import type { TraceEntry } from './entry.ts'
import { maskData, maskText } from './mask-text.ts'
import { isIpv4, standIns, type StandIns } from './stand-ins.ts'

export interface RedactOptions {
  /** Keep chat texts. By default, each character is replaced by one of the same size. */
  readonly texts?: boolean | undefined
}

/**
 * Removes from a trace what identifies a network or could open a connection: addresses, ICE passwords, fingerprints
 * of certificates and media keys. Also removes chat texts, unless `texts` is set.
 *
 * The same value always becomes the same stand-in, so a trace can still be followed. A stand-in has the form of what it
 * replaces, so it can be parsed and replayed. Redacting a redacted trace changes nothing.
 */
export function redactor({ texts = false }: RedactOptions = {}): (entry: TraceEntry) => TraceEntry {
  const values = standIns()
  const walk = <T>(value: T): T => walkStrings(value, values) as T
  const text = texts ? (said: string) => said : maskText
  const data = texts ? (said: unknown) => said : maskData
  return (entry) => {
    switch (entry.type) {
      case 'action':
        if (entry.action.type !== 'send' || typeof entry.action.text !== 'string') return walk(entry)
        return { ...entry, action: { ...entry.action, text: text(entry.action.text) } }
      case 'text':
        return { ...entry, message: { ...entry.message, text: text(entry.message.text) } }
      case 'peer-command':
        if (entry.command.type !== 'send') return walk(entry)
        return { ...entry, command: { ...entry.command, data: data(entry.command.data) as string } }
      case 'peer-event':
        if (entry.event.type !== 'data') return walk(entry)
        return { ...entry, event: { ...entry.event, data: data(entry.event.data) } }
      default:
        return walk(entry)
    }
  }
}

function walkStrings(value: unknown, values: StandIns): unknown {
  if (typeof value === 'string') return speaksOfNetworks.test(value) ? redactText(value, values) : value
  if (Array.isArray(value)) return value.map((each) => walkStrings(each, values))
  if (typeof value !== 'object' || value === null) return value
  const inError = 'thrown' in value || ('error' in value && 'message' in value)
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => [
      key,
      inError && typeof each === 'string' ? redactText(each, values) : walkStrings(each, values),
    ]),
  )
}

/** Matches descriptions and candidates, also inside JSON text. Elsewhere, numbers with dots are nothing special. */
const speaksOfNetworks = /v=0|candidate:|a=ice-|a=fingerprint:|a=crypto:|IN IP[46] /i

function redactText(text: string, { address, password, fingerprint, foundation }: StandIns): string {
  // Later patterns find these forms, even without a label before them.
  const hostName = (host: string) =>
    isIpv4.test(host) || host.includes(':') || host.endsWith('.local') ? host : address(host)
  return text
    .replace(
      /(candidate:)([^\s"\\]+)( \d+ \S+ \d+ )([^\s"\\]+)/gi,
      (_, label: string, found: string, between: string, host: string) =>
        label + foundation(found) + between + hostName(host),
    )
    .replace(/( raddr )([^\s"\\]+)/gi, (_, label: string, host: string) => label + hostName(host))
    .replace(/(IN IP[46] )([^\s/"\\]+)/gi, (_, label: string, host: string) => label + hostName(host))
    .replace(/(a=ice-pwd:)([\w+/]+)/gi, (_, label: string, found: string) => label + password(found))
    .replace(/(inline:)([\w+/=]+)/gi, (_, label: string, found: string) => label + password(found))
    .replace(/\b[0-9a-f]{2}(?::[0-9a-f]{2}){15,}/gi, fingerprint)
    .replace(localName, afterBoundary(address))
    .replace(ipv6, afterBoundary(address))
    .replace(ipv4, afterBoundary(address))
}

/**
 * Replaces what follows the boundary; each is a group of the pattern. The boundary is a group because Safari 15
 * cannot parse a lookbehind. No match ends with a character that another match may follow, so none is missed.
 */
const afterBoundary =
  (replace: (found: string) => string) =>
  (_: string, boundary: string, found: string): string =>
    boundary + replace(found)

const localName = /(^|[^\w.-])([\w-]+(?:\.[\w-]+)*\.local)(?![\w-])/gi

const ipv4 = /(^|[^\w.])(\d{1,3}(?:\.\d{1,3}){3})(?!\w|\.\d)/g

/** In full, or with one gap. May end with an IPv4 address, or with `%` and a network interface. */
const ipv6 = (() => {
  const groups = '[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*'
  const tail = `(?:${groups}(?::\\d+(?:\\.\\d+){3})?|\\d+(?:\\.\\d+){3})`
  const full = '(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}'
  const withGap = `(?:${groups})?::${tail}?`
  return new RegExp(`(^|[^\\w:])((?:${full}|${withGap})(?:%\\w+)?)(?![\\w:]|\\.\\d)`, 'gi')
})()
