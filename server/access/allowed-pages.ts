import { hostsFor, isLoopback, readHosts, type Hosts } from './allow-host.ts'
import { readOrigins, type Origins } from './origins.ts'
import type { RelayOptions } from '../relay-types.ts'

/** Which pages reach a relay, by the host that they ask for and by their own origin. */
export interface PageAccess {
  readonly origins: Origins
  /** The hosts of a server of the relay's own, of the one for metrics, and of one that the relay is attached to. */
  readonly hosts: { readonly own: Hosts; readonly admin: Hosts; readonly attached: Hosts }
  /** Whether a listening relay lets in pages of this machine from any port. */
  readonly loopbackPages: boolean
  /** What to log when the relay listens. */
  readonly warning?: string
}

const ANY_HOST =
  'requests for every host are answered, so a page of any site can reach this relay from the browser of a visitor (DNS rebinding); name the hosts that people reach it by with --allow-host (hosts of createRelay), or * to stop this warning'

/** @throws TypeError if a host or an origin cannot be one. */
export function pageAccess({
  origins = [],
  hosts: given,
  host = 'localhost',
  trustedProxies = 0,
  admin,
  authenticate,
}: RelayOptions): PageAccess {
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
