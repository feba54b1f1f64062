/**
 * Gives each value a stand-in of the same form, always the same one for the same value. They are numbered in order of
 * appearance, so in the same order each stand-in is its own stand-in.
 */
export interface StandIns {
  /** For an IP address, a `.local` name or another host's name. */
  readonly address: (text: string) => string
  readonly password: (text: string) => string
  /** For a fingerprint, such as `AB:CD:…`. */
  readonly fingerprint: (text: string) => string
  /** For a candidate's foundation, which can be a checksum of an address. */
  readonly foundation: (text: string) => string
}

/** Makes {@link StandIns}, which remember every value that they were given. */
export function standIns(): StandIns {
  // No network has these: class E is reserved (RFC 1112, section 4), and 100::/64 is for discarding (RFC 6666).
  const ipv4 = numbered((n) => `240.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`)
  const ipv6 = numbered((n) => `100::${n.toString(16)}`)
  const mdnsName = numbered((n) => `host-${n}.local`)
  const hostName = numbered((n) => `host-${n}.invalid`)
  const hash = numbered((n, like) => fingerprintStandIn(n, like.split(':').length))
  return {
    address(text) {
      const name = text.toLowerCase()
      if (isEverybodys.test(name)) return text
      if (isIpv4.test(name)) return ipv4(name)
      if (name.includes(':')) return ipv6(name)
      return name.endsWith('.local') ? mdnsName(name) : hostName(name)
    },
    // RFC 8445 wants at least 22 characters.
    password: numbered((n) => `redacted${n}`.padEnd(24, 'x')),
    fingerprint: (text) => hash(text.toUpperCase()),
    foundation: numbered((n) => `${n}`),
  }
}

export const isIpv4 = /^\d{1,3}(\.\d{1,3}){3}$/

/** The unspecified and the loopback addresses. */
const isEverybodys = /^(0\.0\.0\.0|127\.0\.0\.1|::|::1)$/

function fingerprintStandIn(n: number, pairs: number): string {
  const digits = n
    .toString(16)
    .toUpperCase()
    .padStart(pairs * 2, '0')
  return (digits.match(/../g) ?? []).join(':')
}

function numbered(make: (n: number, like: string) => string): (value: string) => string {
  const known = new Map<string, string>()
  return (value) => {
    const found = known.get(value) ?? make(known.size + 1, value)
    known.set(value, found)
    return found
  }
}
