import * as http from 'node:http'
import * as https from 'node:https'
import { MAX_TIMEOUT_MS } from '../max-timeout.ts'
import { isForRelay } from './relay-requests.ts'

/** A certificate and its private key, as PEM. In a chain, the certificate comes first. */
export interface Tls {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/** Milliseconds for one request to arrive. */
const REQUEST_MS = 30_000
/** Milliseconds between two checks for requests that are late. */
const CHECK_MS = 1000
/** How long a poll waits for a packet, and the connection then for the next poll, in milliseconds. A ping is due well before. */
const POLL_MS = 10_000
/** Requests over one connection. A client with more requests opens another one. Pipelined requests are answered together. */
const MAX_REQUESTS = 16

/**
 * Creates a server of HTTP or, with `tls`, of HTTPS. The headers of a request and the TLS handshake may take `handshakeMs`. The server
 * answers a few requests over each connection.
 */
export function createHttpServer(
  listener: http.RequestListener,
  tls: Tls | undefined,
  handshakeMs: number,
): http.Server | https.Server {
  // A longer timeout would fire at once.
  const headersTimeout = Math.min(handshakeMs, MAX_TIMEOUT_MS)
  const times = {
    headersTimeout,
    requestTimeout: Math.max(headersTimeout, REQUEST_MS),
    connectionsCheckingInterval: Math.min(headersTimeout, CHECK_MS),
  }
  const server =
    tls === undefined
      ? http.createServer(times, listener)
      : https.createServer({ ...times, ...tls, handshakeTimeout: headersTimeout }, listener)
  server.maxRequestsPerSocket = MAX_REQUESTS
  return server
}

/**
 * Makes `server` end a connection whose client reads nothing of a response for `slowMs`. It may take a little longer if
 * parts are in flight. Call this once the relay is attached, because the relay hides its requests from earlier
 * listeners.
 */
export function boundUnreadResponses(server: http.Server | https.Server, slowMs: number): void {
  // `server.timeout` would leave a useless timer on each WebSocket. Node.js replaces this one after the response.
  server.on('request', (request) => {
    const waitMs = isForRelay(request) ? POLL_MS : 0
    request.socket.setTimeout(Math.min(waitMs + slowMs, MAX_TIMEOUT_MS))
  })
}

export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
