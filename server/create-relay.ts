import type { Server as HttpServer } from 'node:http'
import { adminServer } from './admin-server.ts'
import type { SharedServer } from './attach-relay.ts'
import type { Log, LogEntry } from './log.ts'
import { createMetrics } from './metrics.ts'
import { openRelay, type OpenRelay } from './open-relay.ts'
import { boundUnread, closed, hostInUrl, listening, ownServer } from './own-server.ts'
import { problemOfRedisUrl } from './redis/redis-url.ts'
import { defaultLimits, type RelayLimits } from './relay-limits.ts'
import type { Relay, RelayOptions } from './relay-types.ts'
import { serveDemo } from './serve-demo.ts'
import { checkTurn } from './turn.ts'

/**
 * A relay for signaling messages: it knows who is connected under which name, checks and stamps every message, and hands
 * it to the addressee alone. It does nothing until `listen` or `attach`.
 *
 * @example
 * const relay = createRelay({ port: 3000 })
 * const { url } = await relay.listen()
 */
export function createRelay(options: RelayOptions = {}): Relay {
  const { port = 3000, host = 'localhost', demo, turn, tls, admin, redis } = options
  const limits: RelayLimits = { ...defaultLimits, ...options.limits }
  const log: Log = (entry) => options.log?.(options.logAddresses ? entry : withoutAddress(entry))
  if (turn) checkTurn(turn)
  const problem = redis && problemOfRedisUrl(redis.url)
  if (problem !== undefined) throw new TypeError(problem)
  const metrics = createMetrics()
  let welcomes = false
  let opened: OpenRelay | undefined
  let release: (() => Promise<void>) | undefined
  const isReady = () => welcomes && opened?.directory.ready === true

  const open = (server: SharedServer, shared: boolean): OpenRelay => {
    opened = openRelay(server, shared, { ...options, log, limits, metrics })
    return opened
  }

  const shut = async (relay: OpenRelay) => {
    if (opened === relay) {
      welcomes = false
      opened = undefined
    }
    await relay.close()
  }

  const mustBeUnused = () => {
    if (release) throw new Error('a relay listens or is attached once; close it first or create another one')
  }

  const start = async (
    server: ReturnType<typeof ownServer>,
    adminOwn: HttpServer | undefined,
    { directory }: OpenRelay,
  ) => {
    const actual = await listening(server, port, host)
    await directory.started
    welcomes = release !== undefined
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
      const relay = open(server, false)
      boundUnread(server, limits.slowMs)
      const started = start(server, adminOwn, relay)
      release = async () => {
        await started.catch(() => undefined)
        const closing = new Promise((resolve) => server.close(resolve))
        await shut(relay)
        server.closeAllConnections()
        await Promise.all([closing, adminOwn && closed(adminOwn)])
      }
      try {
        const [where] = await Promise.all([started, relay.directory.started])
        return where
      } catch (error) {
        await close()
        throw error
      }
    },

    attach(server) {
      mustBeUnused()
      const relay = open(server, true)
      release = () => shut(relay)
      welcomes = true
      relay.directory.started.catch((error: unknown) => log({ event: 'nodes', message: String(error) }))
    },

    get ready() {
      return isReady()
    },

    metrics: () => metrics.registry.metrics(),

    async drain(withinMs = 10_000) {
      welcomes = false
      await opened?.drain(withinMs)
    },

    close,
  }
}

function withoutAddress(entry: LogEntry): LogEntry {
  if (!('address' in entry)) return entry
  const { address: _, ...rest } = entry
  return rest
}
