import type { IncomingMessage } from 'node:http'
import { Server } from 'socket.io'
import { allowHost, type Hosts } from './access/allow-host.ts'
import { allowOrigin } from './access/allow-origin.ts'
import { isPoll, RELAY_PATH } from './http/relay-requests.ts'
import { addSecurityHeaders } from './http/security-headers.ts'
import { attachRelay, type SharedServer } from './attach-relay.ts'
import { createCallSummaries } from './observing/call-summaries.ts'
import { clientAddress } from './limits/client-address.ts'
import { connectionLimits } from './limits/connection-limits.ts'
import type { Directory, DirectoryEvents } from './users/directory.ts'
import { MAX_TIMEOUT_MS } from './max-timeout.ts'
import type { ExplainRefusals } from './access/explain-refusals.ts'
import { terminateAfterClose, cutOff } from './limits/disconnect.ts'
import { memoryLimiter } from './limits/limiter.ts'
import type { Log } from './observing/log.ts'
import { memoryDirectory } from './users/memory-directory.ts'
import { messageLimits } from './limits/message-limits.ts'
import type { RelayMetrics } from './observing/metrics.ts'
import type { Origins } from './access/origins.ts'
import { createRosters } from './users/rosters.ts'
import { redisDirectory } from './redis/redis-directory.ts'
import type { RelayLimits } from './limits/relay-limits.ts'
import type { EngineConnection, RelayServer } from './relay-socket.ts'
import type { RelayOptions } from './relay-types.ts'
import type { FeatureId } from '../src/core/protocol/index.ts'
import { serveClients, type ServedClients } from './serve-clients.ts'
import { trafficLimits } from './limits/traffic-limits.ts'

/** A relay that is open on a server. */
export interface OpenRelay extends Pick<ServedClients, 'drain'> {
  readonly directory: Pick<Directory, 'ready' | 'started'>
  /** Closes every connection, and detaches from the server. Resolves once that is done. */
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
  readonly features: readonly FeatureId[]
}

/** Serves clients on `server`. If the server is shared, leaves its other requests to its other listeners. */
export function openRelay(server: SharedServer, shared: boolean, options: OpenRelayOptions): OpenRelay {
  const { hosts, origins, loopbackPages, explain } = options
  const { authenticate, turn, redis, log, limits, metrics, features, trustedProxies = 0 } = options
  const { rate = { burst: 200, perSecond: 50 } } = options
  const refused = (code: string, request: Parameters<typeof clientAddress>[0]) => {
    metrics.refused(code)
    log({ event: 'refused', code, address: clientAddress(request, trustedProxies) })
  }
  const traffic = trafficLimits({
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
    // Each poll may reach another relay.
    if (redis && isPoll(request)) return 'websocket-only'
    return connections.mayOpen(request) ? undefined : 'too-many-connections'
  }

  const io: RelayServer = new Server({
    path: RELAY_PATH,
    serveClient: false,
    // A smaller message that is still too large is refused with a code.
    maxHttpBufferSize: limits.packetBytes,
    wsEngine: traffic.wsEngine,
    // Compression costs memory and CPU, and strangers would choose how much.
    httpCompression: false,
    // A longer timeout would fire at once.
    connectTimeout: Math.min(limits.handshakeMs, MAX_TIMEOUT_MS),
    // The name of a client that vanished is free after at most 10 s. The price is one small packet each way every 5 s, and a
    // reconnection when the network stalls for longer.
    pingInterval: 5000,
    pingTimeout: 5000,
    allowRequest: (request, answer) => {
      const code = refusalOf(request)
      if (code !== undefined) refused(code, request)
      if (code === 'host' || code === 'origin') explain[code](request)
      answer(code ?? null, code === undefined)
    },
    // Pages of another origin may read the responses if they may connect.
    cors: (request, done) => {
      const isKnown = request.headers.origin !== undefined && allowOrigin(request, origins, loopbackPages)
      done(null, { origin: isKnown })
    },
  })
  const detach = attachRelay(io, server, shared)
  io.engine.on('headers', (headers: Record<string, string>) => {
    addSecurityHeaders((name, value) => (headers[name] = value))
  })
  io.engine.on('connection', (conn: EngineConnection) => {
    traffic.watch(conn)
    const key = connections.opened(conn)
    conn.on('close', () => {
      connections.closed(conn, key)
      terminateAfterClose(conn)
    })
  })
  metrics.start()

  const rosters = createRosters(io, limits)
  const calls = createCallSummaries((summary) => {
    metrics.call(summary.outcome)
    log({ event: 'call', ...summary })
  })
  const events: DirectoryEvents = {
    joined: rosters.joined,
    left: rosters.left,
    replaced: (connection) => void connection.disconnect(true),
    delivered: (message) => calls.delivered(message.from, message),
  }
  const directory = redis
    ? redisDirectory(io, redis, events, {
        guests: authenticate === undefined,
        log: (message) => log({ event: 'nodes', message }),
      })
    : memoryDirectory(events)
  const limiter = options.limiter ?? directory.limiter ?? memoryLimiter
  const connections = connectionLimits({
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
    connections,
    count,
    turn,
    rosters,
    directory,
    calls,
    features,
  })

  return {
    directory,
    drain: (withinMs) => clients.drain(withinMs),
    close: async () => {
      metrics.stop()
      // Everybody is disconnected at once, so nobody needs the change of the roster.
      rosters.stop()
      await directory.close()
      await detach()
    },
  }
}
