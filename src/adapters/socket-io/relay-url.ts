/** The used part of the page's `location`. */
export interface PageLocation {
  readonly protocol: string
  readonly host: string
  readonly origin: string
}

/** The page's location, or undefined if there is no page. */
export const pageLocation = (): PageLocation | undefined =>
  'location' in globalThis ? globalThis.location : undefined

/**
 * The URL of the relay: `url`, completed as Socket.IO does it, or the page's own origin.
 *
 * @throws TypeError if there is no URL, or if it has a path. Socket.IO would treat the path as a namespace, and a relay
 * has none.
 */
export function relayUrl(url: string | undefined, page: PageLocation | undefined): URL {
  // Apps serve their page under their own scheme, and there is no relay at that origin.
  const web = page !== undefined && /^https?:$/.test(page.protocol) ? page : undefined
  if (web === undefined && (url === undefined || /^\/(?!\/)/.test(url)))
    throw new TypeError(
      'socketIoSignaling: pass the url of the relay, because there is no page with an origin to use',
    )
  const relay = parse(complete(url ?? '/', web))
  if (relay === undefined)
    throw new TypeError(
      `socketIoSignaling: ${url} is not the URL of a relay; pass one such as https://relay.example`,
    )
  const path = relay.pathname.replace(/\/+$/, '')
  if (path !== '') {
    const requests = path.endsWith('/socket.io') ? path : `${path}/socket.io`
    throw new TypeError(
      `socketIoSignaling: the url of the relay has the path ${path}, which Socket.IO treats as a namespace; for a relay below that path pass url: '${relay.origin}' and path: '${requests}'`,
    )
  }
  return relay
}

/** What to check if the relay cannot be reached. Browsers do not tell a page why a connection was refused. */
export function unreachableAdvice(relay: URL, page: PageLocation | undefined): string {
  const place = relay.origin === 'null' ? relay.host : relay.origin.replace(/^ws/, 'http')
  const runs = `check that a relay runs at ${place}`
  if (page === undefined || page.origin === place)
    return `${runs}; if it refused the connection, its log says why`
  if (page.origin === 'null' || page.protocol === 'file:')
    return `${runs}; it refuses pages that are local files or in sandboxed frames, so serve this one over http or https`
  return `${runs} and lets in pages of ${page.origin}; if not, its log says so, and --origin ${page.origin} allows them`
}

function complete(url: string, page: PageLocation | undefined): string {
  if (/^(https?|wss?):\/\//i.test(url)) return url
  const protocol = page?.protocol ?? 'https:'
  if (url.startsWith('//')) return protocol + url
  return `${protocol}//${url.startsWith('/') ? (page?.host ?? '') : ''}${url}`
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
