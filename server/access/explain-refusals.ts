import type { Log } from '../observing/log.ts'
import { originOf } from './origins.ts'
import { isLoopbackName, nameInHost, requestedHost, type RequestHead } from './request-host.ts'

/** Explains how to allow a page that was refused. */
export interface ExplainRefusals {
  /** The page's origin may not connect. */
  readonly origin: (request: RequestHead) => void
  /** The relay does not answer to the host that the request was for. */
  readonly host: (request: RequestHead) => void
}

/** How many origins, and how many hosts, are explained. Bounded, because clients choose them. */
const MAX_EXPLAINED = 32
/** Characters of an origin or host; a host name has no more (RFC 1035, section 2.3.4). */
const MAX_LENGTH = 255

/**
 * Logs a warning the first time that an origin or a host is refused. The warning names the option that would allow it.
 */
export function explainRefusals(log: Log): ExplainRefusals {
  const explained = { origin: new Set<string>(), host: new Set<string>() }
  const once = (
    what: keyof typeof explained,
    subject: string | undefined,
    sentence: (it: string) => string,
  ) => {
    if (subject === undefined || subject.length > MAX_LENGTH) return
    if (explained[what].has(subject) || explained[what].size >= MAX_EXPLAINED) return
    explained[what].add(subject)
    log({ event: 'warning', message: sentence(subject) })
  }

  return {
    origin(request) {
      const given = request.headers.origin ?? ''
      once('origin', given === 'null' ? given : originOf(given), (origin) => {
        if (origin === 'null')
          return 'refused a page with the origin null, which every sandboxed frame and local file has; serve it over http or https, and allow that origin'
        const allow = `refused a page of ${origin}; to let its pages connect, use --origin ${origin} (origins of createRelay)`
        return isForLoopback(request) && /^https?:/.test(origin)
          ? `${allow}. If the page is this relay's own, the proxy in front of it has to pass on Host`
          : allow
      })
    },
    host(request) {
      once('host', nameInHost(requestedHost(request) ?? ''), (host) => {
        return `refused a request for the host ${host}; if this relay is known by that name, use --allow-host ${host} (hosts of createRelay)`
      })
    },
  }
}

/** A proxy that does not pass on `Host` sends the address by which it reaches the relay. */
function isForLoopback(request: RequestHead): boolean {
  const name = nameInHost(requestedHost(request) ?? '')
  return name !== undefined && isLoopbackName(name)
}
