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
   * addresses, 127.0.0.1 and ::1, as far as the machine has them.
   */
  readonly host?: string
  /** Has the relay speak HTTPS, with this certificate; without it, HTTP. Browsers give a camera to pages of HTTPS and localhost. */
  readonly tls?: Tls
  /** A folder of files to serve, such as the built demo. Not served by an attached relay. */
  readonly demo?: string
  /** The Content-Security-Policy of these files; one that fits the demo by default, `false` for none. */
  readonly contentSecurityPolicy?: string | false
  /**
   * Pages of which origins may connect, besides the relay's own. None by default; a relay for guests that listens on loopback,
   * without proxies, also lets in pages of loopback from any port.
   */
  readonly origins?: Origins
  /**
   * The hosts that people reach the relay by, such as `call.example.org`. It refuses requests for others, except those of
   * loopback and the address that the request arrived at. Otherwise any page could reach it from the browser of a visitor, by DNS
   * rebinding. Without them a relay that listens on loopback, without proxies, answers to loopback alone; any other answers
   * to every host, and logs a warning at the start. An attached relay checks hosts only if they are given.
   */
  readonly hosts?: Hosts
  /**
   * Says who a client is, by its token for example; see {@link jwtAuthentication}. Without it, users are guests: whoever
   * claims a name that is free has it.
   */
  readonly authenticate?: Authenticate
  /** TURN servers, for which clients get credentials of their own. None by default. */
  readonly turn?: TurnOptions
  /** How many messages one connection may send; by default 200 at once and 50 a second. */
  readonly rate?: Rate
  /** What it takes at the most; what is left out has its default. */
  readonly limits?: Partial<RelayLimits>
  /**
   * Makes the counters of what users and addresses may do: by default in Redis where the relay has one, else in the memory of
   * this process.
   */
  readonly limiter?: CreateLimiter
  /**
   * How many proxies stand in front of the relay, each of which adds to `X-Forwarded-For`; none by default. With too few,
   * all clients count as one address; with too many, a client can choose its own.
   */
  readonly trustedProxies?: number
  /** Joins this relay with all others that have the same Redis: their users reach each other. Alone by default. */
  readonly redis?: RedisOptions
  /**
   * Gets an entry for each thing that happens; {@link logLine} makes a line of one. No entry holds a secret. Of what strangers can cause at
   * will, at most 20 entries of a kind come within a second, and one that counts the others. An error that it throws costs the entry alone.
   */
  readonly log?: Log
  /** Whether log entries tell the addresses of clients; they do not by default. */
  readonly logAddresses?: boolean
  /** Where to serve metrics, see {@link Relay.metrics}. On a port of its own, which is not for everybody; nowhere by default. */
  readonly admin?: { readonly port: number; readonly host?: string }
}

/** A relay. It either listens by itself or is attached to a server. */
export interface Relay {
  /**
   * Opens a server of its own. Resolves once it can be reached, with its URL for a browser on this machine. Rejects with
   * Node's error where the port or the host cannot be had (`code` EADDRINUSE, for example); it has `of: 'admin'` where these are the
   * ones of {@link RelayOptions.admin}.
   */
  listen(): Promise<{ readonly url: string; readonly port: number; readonly adminPort?: number }>
  /**
   * Answers on the path `/socket.io/` of a server that somebody else runs. Other paths are left to its other listeners, such as
   * another WebSocket server, and these see nothing of the relay's.
   */
  attach(server: SharedServer): void
  /** What the relay has counted, in the format of Prometheus. */
  metrics(): Promise<string>
  /**
   * Before `close`, where another relay takes over: `/readyz` answers 503, no client is let in, and those who are there are told
   * to go at a random moment of the next `withinMs` (10 s by default), so that they do not all come to the other relay at once.
   * They reconnect by themselves, and calls go on. Resolves when all have gone, or shortly after `withinMs`.
   */
  drain(withinMs?: number): Promise<void>
  /**
   * Closes every connection and its own server, and detaches from a server that is not its own. Resolves once all is
   * released. Clients take it for a lost connection, and try to reconnect.
   */
  close(): Promise<void>
  /** Whether it takes clients: it is open and, where it has a Redis, together with the others there. */
  readonly ready: boolean
}
