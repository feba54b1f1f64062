import type { HandshakeRefusal } from '../src/core/protocol/index.ts'
import type { Rate } from '../src/core/protocol/token-bucket.ts'
import { admit } from './access/admit.ts'
import type { Authenticate } from './access/authenticate.ts'
import type { CallLog } from './observing/call-summaries.ts'
import type { ConnectionLimits } from './limits/connection-limits.ts'
import type { Directory } from './users/directory.ts'
import { disconnectAt } from './access/token-expiry.ts'
import type { Log } from './observing/log.ts'
import type { CountMessage } from './limits/message-limits.ts'
import type { RelayMetrics } from './observing/metrics.ts'
import type { Presence } from './users/rosters.ts'
import { messageReceiver } from './messages/receive-messages.ts'
import type { CutReason, RelayServer, RelaySocket } from './relay-socket.ts'
import type { Traffic } from './limits/traffic-limits.ts'
import { issueTurn, type TurnOptions } from './access/turn-credentials.ts'

export interface ServeOptions {
  readonly rate: Rate
  readonly log: Log
  readonly metrics: RelayMetrics
  readonly authenticate: Authenticate | undefined
  readonly traffic: Pick<Traffic, 'of'>
  readonly guard: ConnectionLimits
  readonly count: CountMessage
  readonly turn: TurnOptions | undefined
  readonly directory: Directory
  readonly presence: Presence
  readonly calls: Pick<CallLog, 'see'>
}

export interface ServedClients {
  /**
   * Tells every client to leave at a random moment of the next `withinMs`, and takes no new ones. Resolves once all have left,
   * or that time is up.
   */
  drain(withinMs: number): Promise<void>
  /** Notes why a client is about to be cut off; returns whether it was one that is let in. */
  noteCut(conn: RelaySocket['conn'], reason: CutReason): boolean
}

/** By how much clients may be late, in milliseconds: they count from when they are told. */
const LATE_MS = 500

const moving = 'this relay is about to stop; connect again, for another one or for its successor'

/** Admits clients, tells them who is there, and routes what they send. */
export function serveClients(io: RelayServer, options: ServeOptions): ServedClients {
  const { log, metrics, authenticate, traffic, guard, turn, directory, presence, calls } = options
  const admitClient = admit(directory, log, { authenticate })
  const receiveFrom = messageReceiver({
    ...options,
    answered: (type, receipt, seconds) => metrics.message(type, receipt.ok ? 'ok' : receipt.code, seconds),
    routed: (from, message) => calls.see(from, message),
  })
  const open = new Map<RelaySocket['conn'], RelaySocket>()
  let isDraining = false
  let allLeft = () => {}

  io.use((socket, next) => {
    Object.assign(socket.data, traffic.of(socket.conn))
    const decide = (refusal?: HandshakeRefusal) => {
      // Nobody tells who comes after that to move, however long ago they knocked.
      const decided = isDraining ? ({ code: 'moving', problem: moving } as const) : refusal
      const refused = decided ?? guard.letIn(socket.conn)
      next(refused && Object.assign(new Error(refused.problem), { data: refused }))
      if (refused === undefined) return
      const { code } = refused
      metrics.refused(code)
      log({ event: 'refused', code, address: socket.data.address })
      // Once it has been told why, which Socket.IO does in a moment: a connection that speaks for nobody is of no use.
      setImmediate(() => socket.conn.close())
    }
    void guard.check(socket).then((refusal) => {
      if (refusal === undefined && !isDraining) admitClient(socket, (error) => decide(error?.data))
      else decide(refusal)
    })
  })

  io.on('connection', (socket) => {
    const { self, room, address, expiresAt } = socket.data
    open.set(socket.conn, socket)
    socket.data.intake.letIn()
    metrics.connected()
    log({ event: 'connected', user: self.user, address })
    socket.emit('welcome', self)
    // Before anything that could lead to a call.
    if (turn) issueTurn(socket, turn)

    socket.on('disconnect', (ended) => {
      const reason = socket.data.cutFor ?? ended
      metrics.disconnected(reason)
      log({ event: 'disconnected', user: self.user, reason })
      presence.unwatch(socket, room)
      directory.leave(self, socket)
      open.delete(socket.conn)
      if (open.size === 0) allLeft()
    })
    receiveFrom(socket)
    if (expiresAt !== undefined) disconnectAt(socket, expiresAt)
    presence.watch(socket, room)
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
