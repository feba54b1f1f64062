import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import { RELAY_PATH } from '../attach-relay.ts'
import { LONGEST_TIMER } from '../access/token-expiry.ts'

/** A certificate and its private key, as PEM. The certificate comes first where there is a chain of them. */
export interface Tls {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/** Milliseconds for one request to arrive. */
const REQUEST_MS = 30_000
/** Milliseconds between two looks for requests that do not. */
const CHECK_MS = 1000
/** Milliseconds for which a poll waits for something to say, and for its client to ask again: a ping is due well before. */
const POLL_MS = 10_000
/** Requests over one connection; a client that has more to ask opens another one. Those in one write are answered together. */
const MAX_REQUESTS = 16

/**
 * A server that gives the headers of a request, and the handshake of TLS, `handshakeMs` and no longer, and that answers a few
 * requests over each connection.
 */
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
  const server =
    tls === undefined
      ? createHttpServer(times, listener)
      : createHttpsServer({ ...times, ...tls, handshakeTimeout: headersTimeout }, listener)
  server.maxRequestsPerSocket = MAX_REQUESTS
  return server
}

/**
 * Has `server` end a connection whose client reads nothing of an answer for `slowMs`, or a little longer where some of it is on its
 * way already. To be called once the relay is attached: it hides its own requests from the listeners that are there.
 */
export function boundUnread(server: HttpServer | HttpsServer, slowMs: number): void {
  // Not `server.timeout`, which would leave each WebSocket a timer that it has no use for. Node replaces this one after the answer.
  server.on('request', ({ url, socket }) => {
    const waitMs = url?.startsWith(RELAY_PATH) ? POLL_MS : 0
    socket.setTimeout(Math.min(waitMs + slowMs, LONGEST_TIMER))
  })
}

export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
