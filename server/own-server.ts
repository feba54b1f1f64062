import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { LONGEST_TIMER } from './expire.ts'

/** A certificate and its private key, as PEM. The certificate comes first where there is a chain of them. */
export interface Tls {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/** Milliseconds for one request to arrive. */
const REQUEST_MS = 30_000
/** Milliseconds between two looks for requests that do not. */
const CHECK_MS = 1000

/** A server that gives the headers of a request, and the handshake of TLS, `handshakeMs` and no longer. */
export function ownServer(
  listener: RequestListener,
  tls: Tls | undefined,
  handshakeMs: number,
): HttpServer | HttpsServer {
  // A longer one would count as none.
  const headersTimeout = Math.min(handshakeMs, LONGEST_TIMER)
  const times = {
    headersTimeout,
    requestTimeout: Math.max(headersTimeout, REQUEST_MS),
    connectionsCheckingInterval: Math.min(headersTimeout, CHECK_MS),
  }
  return tls === undefined
    ? createHttpServer(times, listener)
    : createHttpsServer({ ...times, ...tls, handshakeTimeout: headersTimeout }, listener)
}

/** Resolves with the port once `server` listens; rejects with Node's error where it cannot. */
export function listening(server: HttpServer | HttpsServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Ends every connection of `server`, and resolves once it is closed; at once where it never listened. */
export async function closed(server: HttpServer | HttpsServer): Promise<void> {
  const closing = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closing
}

export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
