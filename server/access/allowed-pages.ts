import { hostsFor, isLoopback, readHosts, type Hosts } from './allow-host.ts'
import type { Authenticate } from './authenticate.ts'
import { readOrigins, type Origins } from './origins.ts'

/** The options of a relay that decide which pages may connect. */
export interface AllowedPagesOptions {
  readonly origins?: Origins
  readonly hosts?: Hosts
  readonly host?: string
  readonly trustedProxies?: number
  readonly admin?: { readonly host?: string }
  readonly authenticate?: Authenticate
}

/** Which pages may connect to a relay, by the host that they request and by their own origin. */
export interface AllowedPages {
  readonly origins: Origins
  /** The hosts of the relay's own server, of its metrics server, and of a server that it is attached to. */
  readonly hosts: { readonly own: Hosts; readonly admin: Hosts; readonly attached: Hosts }
  /** Whether a listening relay accepts pages of this machine from any port. */
  readonly loopbackPages: boolean
  /** A warning to log when the relay listens. */
  readonly warning?: string
}

const ANY_HOST =
  'requests for every host are answered, so a page of any site can reach this relay from the browser of a visitor (DNS rebinding); name the hosts that people reach it by with --allow-host (hosts of createRelay), or * to stop this warning'

/** @throws TypeError if a host or an origin is invalid. */
export function allowedPages({
  origins = [],
  hosts: given,
  host = 'localhost',
  trustedProxies = 0,
  admin,
  authenticate,
}: AllowedPagesOptions): AllowedPages {
  const hosts = given && readHosts(given)
  const isProxied = trustedProxies > 0
  const own = hostsFor(host, hosts, isProxied)
  // No proxy stands in front of the metrics.
  const forAdmin = hostsFor(admin?.host ?? 'localhost', hosts)
  return {
    origins: readOrigins(origins),
    hosts: { own, admin: forAdmin, attached: hosts ?? '*' },
    loopbackPages: isLoopback(host) && !isProxied && !authenticate,
    ...(!hosts && [own, forAdmin].includes('*') && { warning: ANY_HOST }),
  }
}
