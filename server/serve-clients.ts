import type { HandshakeRefusal } from '../src/core/protocol/index.ts'
import { admit } from './admit.ts'
import type { Authenticate } from './authenticate.ts'
import { createCallLog } from './call-log.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { disconnectAt } from './expire.ts'
import type { Log } from './log.ts'
import type { CountMessage } from './message-limits.ts'
import type { RelayMetrics } from './metrics.ts'
import { createNames } from './names.ts'
import { createPresence } from './presence.ts'
import type { Rate } from './rate-limit.ts'
import { receiveMessages } from './receive-messages.ts'
import type { RelayLimits } from './relay-limits.ts'
import type { RelayServer, RelaySocket } from './relay-socket.ts'
import { roomsOf } from './rooms.ts'
import { issueTurn, type TurnOptions } from './turn.ts'

export interface ServeOptions {
  readonly rate: Rate
  readonly log: Log
  readonly metrics: RelayMetrics
  readonly authenticate: Authenticate | undefined
  readonly limits: RelayLimits
  readonly guard: ConnectionLimits
  readonly count: CountMessage
  readonly turn: TurnOptions | undefined
}

export interface ServedClients {
  /**
   * Tells every client to leave at a random moment of the next `withinMs`, and takes no new ones. Resolves once all have left,
   * or that time is up.
   */
  drain(withinMs: number): Promise<void>
  /** Tells nobody anything any more. */
  stop(): void
}

/** By how much clients may be late, in milliseconds: they count from when they are told. */
const LATE_MS = 500

const moving = 'this relay is about to stop; connect again, for another one or for its successor'

/** Admits clients, tells them who is there, and routes what they send. */
export function serveClients(io: RelayServer, options: ServeOptions): ServedClients {
  const { log, metrics, authenticate, limits, guard, turn } = options
  const names = createNames<RelaySocket>()
  const presence = createPresence(io, limits)
  const admitClient = admit(names, log, { authenticate, limits })
  const calls = createCallLog((summary) => {
    metrics.call(summary.outcome)
    log({ event: 'call', ...summary })
  })
  const open = new Set<RelaySocket>()
  let isDraining = false
  let allLeft = () => {}

  const check = async (socket: RelaySocket): Promise<HandshakeRefusal | undefined> => {
    const refusal = await guard.check(socket)
    return isDraining ? { code: 'moving', problem: moving } : refusal
  }

  io.use((socket, next) => {
    const decide = (error?: Error & { data: HandshakeRefusal }) => {
      next(error)
      if (!error) return
      const { code } = error.data
      metrics.refused(code)
      log({ event: 'refused', code, address: socket.data.address })
      // Once it has been told why, which Socket.IO does in a moment: a connection that speaks for nobody is of no use.
      setImmediate(() => socket.conn.close())
    }
    void check(socket).then((refusal) => {
      if (refusal === undefined) admitClient(socket, decide)
      else decide(Object.assign(new Error(refusal.problem), { data: refusal }))
    })
  })

  io.on('connection', (socket) => {
    const { self, room, address, expiresAt } = socket.data
    open.add(socket)
    metrics.connected()
    log({ event: 'connected', user: self.user, address })
    void socket.join(roomsOf(self))
    socket.emit('welcome', self)
    // Before anything that could lead to a call.
    if (turn) issueTurn(socket, turn)
    presence.enter(socket, room)

    socket.on('disconnect', (reason) => {
      metrics.disconnected(reason)
      log({ event: 'disconnected', user: self.user, reason })
      names.release(self.user, socket)
      presence.leave(socket, room)
      open.delete(socket)
      if (open.size === 0) allLeft()
    })
    receiveMessages(socket, {
      ...options,
      answered: (type, receipt, seconds) => metrics.message(type, receipt.ok ? 'ok' : receipt.code, seconds),
      routed: (message) => calls.see(self, message),
    })
    if (expiresAt !== undefined) disconnectAt(socket, expiresAt)

    // The party came back before its old connection was known to be dead. The user's other parties stay.
    for (const old of names.earlier(self, socket)) old.disconnect(true)
  })

  return {
    async drain(withinMs) {
      isDraining = true
      log({ event: 'draining', connections: open.size })
      if (open.size === 0) return
      for (const socket of open) socket.emit('closing', { code: 'moving', problem: moving, withinMs })
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs + LATE_MS)
        allLeft = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    // While the relay closes, everybody goes at once: nobody has to hear of the others.
    stop: () => presence.stop(),
  }
}
