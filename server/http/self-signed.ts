import { networkInterfaces } from 'node:os'
import { isIP } from 'node:net'
import { generate } from 'selfsigned'
import type { Tls } from './http-server.ts'

/** How long the certificate is good. It is made anew at each start. */
const DAYS = 30

/** The addresses by which other machines of the network reach this one; those of links alone (RFC 4291, 2.5.6) are left out. */
export function networkAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
    .map(({ address }) => address)
}

/**
 * A certificate for this machine's names and addresses, and for `host`, signed by itself: a browser warns of it once, and then
 * has an encrypted connection, and so gives the page a camera. It does not prove to anybody which machine this is.
 */
export async function selfSigned(host: string): Promise<Tls> {
  const names = new Set(['localhost', '127.0.0.1', '::1', host, ...networkAddresses()])
  const altNames = [...names].map((name) =>
    isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
  )
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'rxcall relay' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + DAYS * 24 * 3600 * 1000),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  })
  return { cert, key }
}
