import { networkInterfaces } from 'node:os'
import { isIP } from 'node:net'
import { generate } from 'selfsigned'
import type { Tls } from './http-server.ts'

/** Days for which the certificate is valid. Each start creates another one. */
const DAYS = 30

/** The addresses by which other machines of the network reach this one, without link-local ones (RFC 4291, 2.5.6). */
export function networkAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
    .map(({ address }) => address)
}

/**
 * A self-signed certificate for `host` and for this machine's names and addresses. A browser warns of it once. Then the connection is
 * encrypted, so the page may use the camera. The certificate does not prove which machine this is.
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
