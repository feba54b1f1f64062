import { featuresKey, type FeatureId, type HandshakeRefusal } from '../src/core/protocol/index.ts'
import type { Rate } from '../src/core/protocol/token-bucket.ts'
import { admit } from './access/admit.ts'
import type { Authenticate } from './access/authenticate.ts'
import type { CallSummaries } from './observing/call-summaries.ts'
import type { ConnectionLimits } from './limits/connection-limits.ts'
import type { Directory } from './users/directory.ts'
import { disconnectAt } from './access/token-expiry.ts'
import type { Log } from './observing/log.ts'
import type { CountMessage } from './limits/message-limits.ts'
import type { RelayMetrics } from './observing/metrics.ts'
import type { Rosters } from './users/rosters.ts'
import { messageReceiver } from './messages/receive-messages.ts'
import type { CutReason, EngineConnection, RelayServer, RelaySocket } from './relay-socket.ts'
import type { TrafficLimits } from './limits/traffic-limits.ts'
import { issueTurnCredentials, type TurnOptions } from './access/turn-credentials.ts'

export interface ServeOptions {
  readonly rate: Rate
  readonly log: Log
  readonly metrics: RelayMetrics
  readonly authenticate: Authenticate | undefined
  readonly traffic: Pick<TrafficLimits, 'of'>
  readonly connections: ConnectionLimits
  readonly count: CountMessage
  readonly turn: TurnOptions | undefined
  readonly directory: Directory
  readonly rosters: Rosters
  readonly calls: Pick<CallSummaries, 'routed'>
  /** What the relay can do beyond plain version 1. */
  readonly features: readonly FeatureId[]
}

export interface ServedClients {
  /**
   * Asks every client to leave at a random moment of the next `withinMs`, and accepts no new ones. Resolves once all have left,
   * or that time is up.
   */
  drain(withinMs: number): Promise<void>
  /** Notes why a client is about to be cut off. Returns whether it was admitted. */
  noteCut(conn: EngineConnection, reason: CutReason): boolean
}

/** By how much clients may be late, in milliseconds. They count from when the message reaches them. */
const LATE_MS = 500

const moving = 'this relay is about to stop; connect again, to another one or to its successor'

/** Admits clients, sends them the roster, and routes what they send. */
export function serveClients(io: RelayServer, options: ServeOptions): ServedClients {
  const { log, metrics, authenticate, traffic, connections, turn, directory, rosters, calls, features } =
    options
  const admitClient = admit(directory, log, { authenticate })
  const receiveFrom = messageReceiver({
    ...options,
    routes: directory,
    answered: (type, receipt, seconds) => metrics.message(type, receipt.ok ? 'ok' : receipt.code, seconds),
    routed: (from, message) => calls.routed(from, message),
  })
  const open = new Map<EngineConnection, RelaySocket>()
  let isDraining = false
  let allLeft = () => {}

  io.use((socket, next) => {
    Object.assign(socket.data, traffic.of(socket.conn))
    const decide = (refusal?: HandshakeRefusal) => {
      // The request to move was sent before, so a client that is admitted now would never get it.
      const decided = isDraining ? ({ code: 'moving', problem: moving } as const) : refusal
      const refused = decided ?? connections.admit(socket.conn)
      next(refused && Object.assign(new Error(refused.problem), { data: refused }))
      if (refused === undefined) return
      const { code } = refused
      metrics.refused(code)
      log({ event: 'refused', code, address: socket.data.address })
      // Closes after Socket.IO has sent the refusal. A connection that speaks for nobody is of no use.
      setImmediate(() => socket.conn.close())
    }
    void connections.check(socket).then((refusal) => {
      if (refusal === undefined && !isDraining) admitClient(socket, (error) => decide(error?.data))
      else decide(refusal)
    })
  })

  io.on('connection', (socket) => {
    const { self, room, address, expiresAt } = socket.data
    open.set(socket.conn, socket)
    socket.data.floodGuard.admit()
    metrics.connected()
    log({ event: 'connected', user: self.user, address })
    socket.emit('welcome', { ...self, ...featuresKey(features) })
    // Before anything that could start a call.
    if (turn) issueTurnCredentials(socket, turn)

    socket.on('disconnect', (ended) => {
      const reason = socket.data.cutFor ?? ended
      metrics.disconnected(reason)
      log({ event: 'disconnected', user: self.user, reason })
      rosters.unwatch(socket, room)
      directory.leave(self, socket)
      open.delete(socket.conn)
      if (open.size === 0) allLeft()
    })
    receiveFrom(socket)
    if (expiresAt !== undefined) disconnectAt(socket, expiresAt)
    rosters.watch(socket, room)
    directory.enter(socket)
  })

  return {
    noteCut(conn, reason) {
      const socket = open.get(conn)
      if (socket === undefined) return false
      socket.data.cutFor = reason
      log({ event: 'cut-off', user: socket.data.self.user, reason })
      return true
    },

    async drain(withinMs) {
      isDraining = true
      log({ event: 'draining', connections: open.size })
      if (open.size === 0) return
      for (const socket of open.values())
        socket.emit('closing', { code: 'moving', problem: moving, withinMs })
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs + LATE_MS)
        allLeft = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
