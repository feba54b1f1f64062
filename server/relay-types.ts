import type { Rate } from '../src/core/protocol/token-bucket.ts'
import type { Hosts } from './access/allow-host.ts'
import type { SharedServer } from './attach-relay.ts'
import type { Authenticate } from './access/authenticate.ts'
import type { CreateLimiter } from './limits/limiter.ts'
import type { Log } from './observing/log.ts'
import type { Origins } from './access/origins.ts'
import type { Tls } from './http/http-server.ts'
import type { RedisOptions } from './redis/connection/redis-connection.ts'
import type { RelayLimits } from './limits/relay-limits.ts'
import type { TurnOptions } from './access/turn-credentials.ts'

export interface RelayOptions {
  /** The port to listen on; 3000 by default, 0 for any free one. */
  readonly port?: number
  /**
   * The address to listen on; `0.0.0.0` to be reachable from other machines. By default `localhost`, which is both loopback
   * addresses, 127.0.0.1 and ::1, if the machine has them.
   */
  readonly host?: string
  /** The certificate for HTTPS; without it, the relay uses HTTP. Browsers allow the camera only on pages of HTTPS and localhost. */
  readonly tls?: Tls
  /** A folder of files to serve, such as the built demo. Not served by an attached relay. */
  readonly demo?: string
  /** The Content-Security-Policy of these files; one that fits the demo by default, `false` for none. */
  readonly contentSecurityPolicy?: string | false
  /**
   * The origins whose pages may connect, besides the relay's own. None by default. A relay for guests that listens on loopback,
   * without proxies, also accepts pages of loopback from any port.
   */
  readonly origins?: Origins
  /**
   * The hosts that people reach the relay by, such as `call.example.org`. It refuses requests for others, except those of
   * loopback and the address that the request arrived at. Otherwise any page could reach it from the browser of a visitor, by DNS
   * rebinding. Without this option, a relay that listens on loopback, without proxies, answers only to loopback. Any other
   * answers to every host, and logs a warning at the start. An attached relay checks hosts only if they are given.
   */
  readonly hosts?: Hosts
  /**
   * Decides who a client is, for example by its token; see {@link jwtAuthentication}. Without it, users are guests: a client that
   * claims a free name gets it.
   */
  readonly authenticate?: Authenticate
  /** TURN servers for which each client gets credentials. None by default. */
  readonly turn?: TurnOptions
  /** How many messages one connection may send; by default 200 at once and 50 a second. */
  readonly rate?: Rate
  /** Limits. Those that are left out have their defaults. */
  readonly limits?: Partial<RelayLimits>
  /**
   * Makes the counters of limits on users and addresses. By default they are in Redis if the relay has one, or else in the memory
   * of this process.
   */
  readonly limiter?: CreateLimiter
  /**
   * How many proxies in front of the relay append to `X-Forwarded-For`; none by default. If it is too low, all clients count as one
   * address. If it is too high, a client can choose its address.
   */
  readonly trustedProxies?: number
  /** Joins this relay with all others that use the same Redis, so that their users reach each other. By default it runs alone. */
  readonly redis?: RedisOptions
  /**
   * Receives an entry for each event; {@link logLine} turns one into a line. No entry contains a secret. Strangers can
   * cause some kinds at will. Of each of these, it receives at most 20 entries in a second, and one that counts the
   * others. If it throws, only that entry is lost.
   */
  readonly log?: Log
  /** Whether log entries contain the addresses of clients; false by default. */
  readonly logAddresses?: boolean
  /** Where to serve metrics, see {@link Relay.metrics}. It is a separate port, so that it can stay private. Nowhere by default. */
  readonly admin?: { readonly port: number; readonly host?: string }
}

/** A relay. It either listens by itself or is attached to a server. */
export interface Relay {
  /**
   * Opens its own server. Resolves once it can be reached, with its URL for a browser on this machine. Rejects with Node's error
   * if the port or the host is not available (`code` EADDRINUSE, for example). The error has `of: 'admin'` if they belong to
   * {@link RelayOptions.admin}.
   */
  listen(): Promise<{ readonly url: string; readonly port: number; readonly adminPort?: number }>
  /**
   * Answers on the path `/socket.io/` of your server. Other paths are left to its other listeners, such as another WebSocket server.
   * These see none of the relay's requests.
   */
  attach(server: SharedServer): void
  /** What the relay has counted, in the format of Prometheus. */
  metrics(): Promise<string>
  /**
   * Call this before `close` if another relay takes over. `/readyz` answers 503, and no more clients are accepted.
   * Connected ones are asked to leave at a random moment of the next `withinMs` (10 s by default). So they do not flood
   * the other relay. They reconnect by themselves, and calls continue. Resolves when all have left, or shortly after
   * `withinMs`.
   */
  drain(withinMs?: number): Promise<void>
  /**
   * Closes every connection and its own server, or detaches from yours. Resolves once everything is released. To clients the
   * connection is lost, and they try to reconnect.
   */
  close(): Promise<void>
  /** Whether it accepts clients: it is open and, if it uses Redis, has joined the other relays. */
  readonly ready: boolean
}
