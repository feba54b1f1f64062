import { createServer } from 'node:http'
import type { FeatureId } from '../src/core/protocol/index.ts'
import type { Readiness } from './http/health.ts'
import type { SharedServer } from './attach-relay.ts'
import { rateLimitLog } from './observing/rate-limit-log.ts'
import { explainRefusals } from './access/explain-refusals.ts'
import { checkHost } from './http/check-host.ts'
import { safeLog } from './observing/safe-log.ts'
import { createListener, type Listener } from './http/listen.ts'
import type { LogEntry } from './observing/log.ts'
import { createMetrics } from './observing/metrics.ts'
import { openRelay, type OpenRelay } from './open-relay.ts'
import { boundUnreadResponses, createHttpServer, hostInUrl } from './http/http-server.ts'
import { allowedPages } from './access/allowed-pages.ts'
import { problemOfRedisUrl } from './redis/connection/redis-url.ts'
import { defaultLimits, type RelayLimits } from './limits/relay-limits.ts'
import type { Relay, RelayOptions } from './relay-types.ts'
import { serveMetrics } from './http/serve-metrics.ts'
import { serveDemo } from './http/serve-demo.ts'
import { checkTurnOptions } from './access/turn-credentials.ts'

const TURN_FOR_ALL =
  'users are guests here, so anyone who reaches this relay can send through your TURN server; unless you want that, require tokens (--jwt-secret or --jwt-jwks-url, or authenticate)'

/** What this version of the relay can do beyond plain version 1 of the protocol. */
const relayFeatures: readonly FeatureId[] = []

/**
 * Creates a relay for signaling messages. It knows who is connected under which name, checks and stamps every message, and
 * delivers it to the addressee alone. It does nothing until `listen` or `attach`.
 *
 * `features` lists the features that it names in its welcome. The default is all that this version supports; a test may name others.
 *
 * @example
 * const relay = createRelay({ port: 3000 })
 * const { url } = await relay.listen()
 */
export function createRelay(
  options: RelayOptions = {},
  features: readonly FeatureId[] = relayFeatures,
): Relay {
  const { port = 3000, host = 'localhost', demo, turn, tls, admin, redis } = options
  const limits: RelayLimits = { ...defaultLimits, ...options.limits }
  const { origins, hosts, loopbackPages, warning } = allowedPages(options)
  const safe = safeLog((entry) => options.log?.(options.logAddresses ? entry : withoutAddress(entry)))
  const { log, flush } = rateLimitLog(safe)
  if (turn) checkTurnOptions(turn)
  const problem = redis && problemOfRedisUrl(redis.url)
  if (problem !== undefined) throw new TypeError(problem)
  const metrics = createMetrics()
  const explain = explainRefusals(log)
  let phase: 'starting' | 'open' | 'stopping' = 'starting'
  let opened: OpenRelay | undefined
  let release: (() => Promise<void>) | undefined
  const readiness = (): Readiness => {
    if (phase !== 'open') return phase
    return opened?.directory.ready === true ? 'ready' : 'Redis is away'
  }

  const open = (server: SharedServer, shared: boolean): OpenRelay => {
    if (turn && !options.authenticate) log({ event: 'warning', message: TURN_FOR_ALL })
    phase = 'starting'
    opened = openRelay(server, shared, {
      ...options,
      hosts: shared ? hosts.attached : hosts.own,
      origins,
      loopbackPages: loopbackPages && !shared,
      explain,
      log,
      limits,
      metrics,
      features,
    })
    return opened
  }

  const shut = async (relay: OpenRelay) => {
    if (opened === relay) {
      phase = 'stopping'
      opened = undefined
    }
    await relay.close()
    flush()
  }

  const mustBeUnused = () => {
    if (release) throw new Error('a relay listens or is attached once; close it first or create another one')
  }

  const start = async (listener: Listener, adminListener: Listener | undefined, { directory }: OpenRelay) => {
    const actual = await listener.listen(port, host)
    await directory.started
    // It may have been closed or drained meanwhile.
    if (release !== undefined && phase === 'starting') phase = 'open'
    const url = `${tls ? 'https' : 'http'}://${hostInUrl(host)}:${actual}`
    if (!adminListener || !admin) return { url, port: actual }
    try {
      return {
        url,
        port: actual,
        adminPort: await adminListener.listen(admin.port, admin.host ?? 'localhost'),
      }
    } catch (error) {
      throw Object.assign(error as Error, { of: 'admin' })
    }
  }

  const close = async () => {
    const releaseNow = release
    release = undefined
    await releaseNow?.()
  }

  return {
    async listen() {
      mustBeUnused()
      const server = createHttpServer(
        checkHost(hosts.own, explain.host, serveDemo(demo, readiness, options.contentSecurityPolicy)),
        tls,
        limits.handshakeMs,
      )
      const adminServer =
        admin && createServer(checkHost(hosts.admin, explain.host, serveMetrics(metrics.registry, readiness)))
      const relay = open(server, false)
      boundUnreadResponses(server, limits.slowMs)
      const listener = createListener(server)
      const adminListener = adminServer && createListener(adminServer)
      const started = start(listener, adminListener, relay)
      release = async () => {
        await started.catch(() => undefined)
        const closing = Promise.all([listener.close(), adminListener?.close()])
        await shut(relay)
        server.closeAllConnections()
        adminServer?.closeAllConnections()
        await closing
      }
      try {
        const [where] = await Promise.all([started, relay.directory.started])
        if (warning !== undefined) log({ event: 'warning', message: warning })
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
      phase = 'open'
      relay.directory.started.catch((error: unknown) => log({ event: 'nodes', message: String(error) }))
    },

    get ready() {
      return readiness() === 'ready'
    },

    metrics: () => metrics.registry.metrics(),

    async drain(withinMs = 10_000) {
      phase = 'stopping'
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
