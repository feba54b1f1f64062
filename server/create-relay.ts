import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import { adminServer } from './admin-server.ts'
import { allowOrigin, type Origins } from './allow-origin.ts'
import type { Authenticate } from './authenticate.ts'
import { addSecurityHeaders } from './answers.ts'
import { attachRelay, RELAY_PATH, type SharedServer } from './attach-relay.ts'
import { clientAddress } from './client-address.ts'
import { connectionLimits } from './connection-limits.ts'
import type { Directory, DirectoryEvents } from './directory.ts'
import { LONGEST_TIMER } from './expire.ts'
import { boundGoodbye } from './goodbye.ts'
import { memoryLimiter, type CreateLimiter } from './limiter.ts'
import type { Log, LogEntry } from './log.ts'
import { memoryDirectory } from './memory-directory.ts'
import { messageLimits } from './message-limits.ts'
import { createMetrics } from './metrics.ts'
import { closed, hostInUrl, listening, ownServer, type Tls } from './own-server.ts'
import { createPresence } from './presence.ts'
import type { Rate } from './rate-limit.ts'
import type { RedisOptions } from './redis/link.ts'
import { redisDirectory } from './redis/redis-directory.ts'
import { problemOfRedisUrl } from './redis/redis-url.ts'
import { defaultLimits, type RelayLimits } from './relay-limits.ts'
import type { RelayServer, RelaySocket } from './relay-socket.ts'
import { serveClients, type ServedClients } from './serve-clients.ts'
import { serveDemo } from './serve-demo.ts'
import { checkTurn, type TurnOptions } from './turn.ts'

export interface RelayOptions {
  /** The port to listen on; 3000 by default, 0 for any free one. */
  readonly port?: number
  /** The address to listen on; `localhost` by default, `0.0.0.0` to be reachable from other machines. */
  readonly host?: string
  /** Has the relay speak HTTPS, with this certificate; without it, HTTP. Browsers give a camera to pages of HTTPS and localhost. */
  readonly tls?: Tls
  /** A folder of files to serve, such as the built demo. Not served by an attached relay. */
  readonly demo?: string
  /** The Content-Security-Policy of these files; one that fits the demo by default, `false` for none. */
  readonly contentSecurityPolicy?: string | false
  /** Pages of which origins may connect, beside the relay's own. None by default. */
  readonly origins?: Origins
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
  /** Hears of what happens, entry by entry; {@link logLine} makes a line of one. No entry holds a secret. */
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
   * Node's error where the port or the host cannot be had (`code` EADDRINUSE, for example).
   */
  listen(): Promise<{ readonly url: string; readonly port: number; readonly adminPort?: number }>
  /** Answers on the path `/socket.io/` of a server that somebody else runs, and leaves the rest of it alone. */
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
  /** Whether it is open and, where it has a Redis, together with the others there. */
  readonly ready: boolean
}

/**
 * A relay for signaling messages: it knows who is connected under which name, checks and stamps every message, and hands
 * it to the addressee alone. It does nothing until `listen` or `attach`.
 *
 * @example
 * const relay = createRelay({ port: 3000 })
 * const { url } = await relay.listen()
 */
export function createRelay(options: RelayOptions = {}): Relay {
  const {
    port = 3000,
    host = 'localhost',
    demo,
    origins = [],
    authenticate,
    turn,
    tls,
    admin,
    redis,
  } = options
  const { rate = { burst: 200, perSecond: 50 }, trustedProxies = 0 } = options
  const limits: RelayLimits = { ...defaultLimits, ...options.limits }
  // A longer one would count as none.
  const handshakeMs = Math.min(limits.handshakeMs, LONGEST_TIMER)
  const log: Log = (entry) => options.log?.(options.logAddresses ? entry : withoutAddress(entry))
  const failed = (error: unknown) => log({ event: 'failed', what: 'counting', error })
  if (turn) checkTurn(turn)
  const metrics = createMetrics()
  const problem = redis && problemOfRedisUrl(redis.url)
  if (problem !== undefined) throw new TypeError(problem)
  let isOpen = false
  let directory: Directory | undefined
  const isReady = () => isOpen && directory?.ready === true
  let clients: ServedClients | undefined
  let release: (() => Promise<void>) | undefined

  const open = (server: SharedServer, shared: boolean): (() => Promise<void>) => {
    const io: RelayServer = new Server({
      path: RELAY_PATH,
      serveClient: false,
      // Below it, a message that is too large is refused with a code.
      maxHttpBufferSize: limits.packetBytes,
      connectTimeout: handshakeMs,
      // A client that vanished without a word gives its name back after 10 s at the most. The price: one small packet
      // each way every 5 s, and a network that stalls for longer costs a reconnection.
      pingInterval: 5000,
      pingTimeout: 5000,
      allowRequest: (request, answer) => {
        const code = !allowOrigin(request, origins)
          ? 'origin'
          : guard.mayOpen(request)
            ? undefined
            : 'too-many-connections'
        if (code !== undefined) {
          metrics.refused(code)
          log({ event: 'refused', code, address: clientAddress(request, trustedProxies) })
        }
        answer(code ?? null, code === undefined)
      },
      ...(origins.length > 0 && { cors: { origin: origins === '*' ? '*' : [...origins] } }),
    })
    const detach = attachRelay(io, server, shared)
    io.engine.on('headers', (headers: Record<string, string>) => {
      addSecurityHeaders((name, value) => (headers[name] = value))
    })
    io.engine.on('connection', (conn: RelaySocket['conn']) => {
      const closed = guard.opened(conn)
      conn.on('close', () => {
        closed()
        boundGoodbye(conn)
      })
    })
    metrics.start()
    const presence = createPresence(io, limits)
    const events: DirectoryEvents = {
      came: presence.came,
      went: presence.went,
      replaced: (connection) => void connection.disconnect(true),
    }
    const opened = redis
      ? redisDirectory(io, redis, events, (message) => log({ event: 'nodes', message }))
      : memoryDirectory(events)
    directory = opened
    const limiter = options.limiter ?? opened.limiter ?? memoryLimiter
    const guard = connectionLimits(limits, trustedProxies, limiter, failed)
    const count = messageLimits(limits, limiter, failed)
    const serving = {
      rate,
      log,
      metrics,
      authenticate,
      limits,
      guard,
      count,
      turn,
      presence,
      directory: opened,
    }
    clients = serveClients(io, serving)
    return async () => {
      clients = undefined
      isOpen = false
      metrics.stop()
      // Everybody goes at once: nobody has to hear of the others.
      presence.stop()
      directory = undefined
      await opened.close()
      await detach()
    }
  }

  const mustBeUnused = () => {
    if (release) throw new Error('a relay listens or is attached once; close it first or create another one')
  }

  const start = async (server: ReturnType<typeof ownServer>, adminOwn: HttpServer | undefined) => {
    const actual = await listening(server, port, host)
    await directory?.started
    isOpen = release !== undefined
    const url = `${tls ? 'https' : 'http'}://${hostInUrl(host)}:${actual}`
    if (!adminOwn || !admin) return { url, port: actual }
    return { url, port: actual, adminPort: await listening(adminOwn, admin.port, admin.host ?? 'localhost') }
  }

  const close = async () => {
    const releaseNow = release
    release = undefined
    await releaseNow?.()
  }

  return {
    async listen() {
      mustBeUnused()
      const server = ownServer(
        serveDemo(demo, isReady, options.contentSecurityPolicy),
        tls,
        limits.handshakeMs,
      )
      const adminOwn = admin && adminServer(metrics.registry, isReady)
      const disconnect = open(server, false)
      const started = start(server, adminOwn)
      release = async () => {
        await started.catch(() => undefined)
        const closing = new Promise((resolve) => server.close(resolve))
        await disconnect()
        server.closeAllConnections()
        await Promise.all([closing, adminOwn && closed(adminOwn)])
      }
      try {
        const [where] = await Promise.all([started, directory?.started])
        return where
      } catch (error) {
        await close()
        throw error
      }
    },

    attach(server) {
      mustBeUnused()
      release = open(server, true)
      isOpen = true
      directory?.started.catch((error: unknown) => log({ event: 'nodes', message: String(error) }))
    },

    get ready() {
      return isReady()
    },

    metrics: () => metrics.registry.metrics(),

    async drain(withinMs = 10_000) {
      isOpen = false
      await clients?.drain(withinMs)
    },

    close,
  }
}

function withoutAddress(entry: LogEntry): LogEntry {
  if (!('address' in entry)) return entry
  const { address: _, ...rest } = entry
  return rest
}
