import type { IncomingMessage } from 'node:http'
import { Server } from 'socket.io'
import { allowHost, type Hosts } from './access/allow-host.ts'
import { allowOrigin } from './access/allow-origin.ts'
import { addSecurityHeaders } from './http/health.ts'
import { attachRelay, RELAY_PATH, type SharedServer } from './attach-relay.ts'
import { createCallLog } from './observing/call-summaries.ts'
import { clientAddress } from './limits/client-address.ts'
import { connectionLimits } from './limits/connection-limits.ts'
import type { Directory, DirectoryEvents } from './users/directory.ts'
import { LONGEST_TIMER } from './access/token-expiry.ts'
import type { ExplainRefusals } from './access/explain-refusals.ts'
import { boundGoodbye, cutOff } from './limits/disconnect.ts'
import { memoryLimiter } from './limits/limiter.ts'
import type { Log } from './observing/log.ts'
import { memoryDirectory } from './users/memory-directory.ts'
import { messageLimits } from './limits/message-limits.ts'
import type { RelayMetrics } from './observing/metrics.ts'
import type { Origins } from './access/origins.ts'
import { createPresence } from './users/rosters.ts'
import { redisDirectory } from './redis/redis-directory.ts'
import type { RelayLimits } from './limits/relay-limits.ts'
import type { RelayServer, RelaySocket } from './relay-socket.ts'
import type { RelayOptions } from './relay-types.ts'
import { serveClients, type ServedClients } from './serve-clients.ts'
import { watchTraffic } from './limits/traffic-limits.ts'

/** A relay that answers on a server. */
export interface OpenRelay extends Pick<ServedClients, 'drain'> {
  readonly directory: Pick<Directory, 'ready' | 'started'>
  /** Closes every connection, and leaves the server. Resolves once that is done. */
  close(): Promise<void>
}

export interface OpenRelayOptions extends Omit<RelayOptions, 'log' | 'limits' | 'hosts' | 'origins'> {
  readonly hosts: Hosts
  readonly origins: Origins
  /** Whether pages of this machine may connect from any port. */
  readonly loopbackPages: boolean
  readonly explain: ExplainRefusals
  readonly log: Log
  readonly limits: RelayLimits
  readonly metrics: RelayMetrics
}

/** Answers clients on `server`, and leaves its other requests to others where it is shared. */
export function openRelay(server: SharedServer, shared: boolean, options: OpenRelayOptions): OpenRelay {
  const { hosts, origins, loopbackPages, explain } = options
  const { authenticate, turn, redis, log, limits, metrics, trustedProxies = 0 } = options
  const { rate = { burst: 200, perSecond: 50 } } = options
  const refused = (code: string, request: Parameters<typeof clientAddress>[0]) => {
    metrics.refused(code)
    log({ event: 'refused', code, address: clientAddress(request, trustedProxies) })
  }
  const traffic = watchTraffic({
    limits,
    refused,
    cut(conn, reason) {
      if (!clients.noteCut(conn, reason)) refused(reason, conn.request)
      cutOff(conn)
      traffic.of(conn).backlog.abandon()
    },
  })
  const failed = (error: unknown) => log({ event: 'failed', what: 'counting', error })

  const refusalOf = (request: IncomingMessage): string | undefined => {
    if (!allowHost(request, hosts)) return 'host'
    if (!allowOrigin(request, origins, loopbackPages)) return 'origin'
    // Each poll may reach another of the relays.
    if (redis && isPoll(request)) return 'websocket-only'
    return guard.mayOpen(request) ? undefined : 'too-many-connections'
  }

  const io: RelayServer = new Server({
    path: RELAY_PATH,
    serveClient: false,
    // Below it, a message that is too large is refused with a code.
    maxHttpBufferSize: limits.packetBytes,
    wsEngine: traffic.wsEngine,
    // Compression is memory and CPU, and strangers would say how much.
    httpCompression: false,
    // A longer one would count as none.
    connectTimeout: Math.min(limits.handshakeMs, LONGEST_TIMER),
    // A client that vanished without a word gives its name back after 10 s at the most. The price: one small packet
    // each way every 5 s, and a network that stalls for longer costs a reconnection.
    pingInterval: 5000,
    pingTimeout: 5000,
    allowRequest: (request, answer) => {
      const code = refusalOf(request)
      if (code !== undefined) refused(code, request)
      if (code === 'host' || code === 'origin') explain[code](request)
      answer(code ?? null, code === undefined)
    },
    // Pages of another origin may read what they are answered if they may connect.
    cors: (request, done) => {
      const isKnown = request.headers.origin !== undefined && allowOrigin(request, origins, loopbackPages)
      done(null, { origin: isKnown })
    },
  })
  const detach = attachRelay(io, server, shared)
  io.engine.on('headers', (headers: Record<string, string>) => {
    addSecurityHeaders((name, value) => (headers[name] = value))
  })
  io.engine.on('connection', (conn: RelaySocket['conn']) => {
    traffic.watch(conn)
    const key = guard.opened(conn)
    conn.on('close', () => {
      guard.closed(conn, key)
      boundGoodbye(conn)
    })
  })
  metrics.start()

  const presence = createPresence(io, limits)
  const calls = createCallLog((summary) => {
    metrics.call(summary.outcome)
    log({ event: 'call', ...summary })
  })
  const events: DirectoryEvents = {
    came: presence.came,
    went: presence.went,
    replaced: (connection) => void connection.disconnect(true),
    delivered: (message) => calls.hear(message.from, message),
  }
  const directory = redis
    ? redisDirectory(io, redis, events, {
        guests: authenticate === undefined,
        log: (message) => log({ event: 'nodes', message }),
      })
    : memoryDirectory(events)
  const limiter = options.limiter ?? directory.limiter ?? memoryLimiter
  const guard = connectionLimits({
    limits,
    trustedProxies,
    create: limiter,
    failed,
    giveWay(conn) {
      refused('gave-way', conn.request)
      cutOff(conn)
    },
  })
  const count = messageLimits(limits, limiter, failed)
  const clients = serveClients(io, {
    rate,
    log,
    metrics,
    authenticate,
    traffic,
    guard,
    count,
    turn,
    presence,
    directory,
    calls,
  })

  return {
    directory,
    drain: (withinMs) => clients.drain(withinMs),
    close: async () => {
      metrics.stop()
      // Everybody goes at once: nobody has to hear of the others.
      presence.stop()
      await directory.close()
      await detach()
    },
  }
}

/** Whether a request would open a connection of long polling: one that names any transport but WebSocket. */
const isPoll = ({ url = '' }: IncomingMessage): boolean =>
  new URL(url, 'http://relay').searchParams.getAll('transport').some((transport) => transport !== 'websocket')
