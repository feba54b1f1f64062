import type { IncomingMessage } from 'node:http'
import type { HandshakeRefusal } from '../../src/core/protocol/index.ts'
import { rateLimit, type CreateLimiter } from './limiter.ts'
import type { RelayLimits } from './relay-limits.ts'
import type { EngineConnection, RelaySocket } from '../relay-socket.ts'
import { addressKey, clientAddress } from './client-address.ts'

export interface ConnectionLimits {
  /** Whether a request may open a connection. A few more than allowed may, so that they can be sent the reason for the refusal. */
  readonly mayOpen: (request: IncomingMessage) => boolean
  /** Counts a connection that is open and not admitted yet. Returns the key for `closed`. */
  readonly opened: (conn: EngineConnection) => string
  readonly closed: (conn: EngineConnection, key: string) => void
  /** Resolves with the refusal if a connection is one too many. Stores its address in the socket's data. */
  readonly check: (socket: RelaySocket) => Promise<HandshakeRefusal | undefined>
  /** Counts an open connection as admitted, or returns the refusal if it is one too many. */
  readonly admit: (conn: EngineConnection) => HandshakeRefusal | undefined
}

export interface ConnectionLimitsOptions {
  readonly limits: RelayLimits
  readonly trustedProxies: number
  readonly create: CreateLimiter
  readonly failed: (thrown: unknown) => void
  /** Ends a connection that is not admitted yet, to make room for a newer one. */
  readonly giveWay: (conn: EngineConnection) => void
}

/** By how much the connections of an address may exceed their limit, while refusals are being sent. */
const EXCESS = 2

export function connectionLimits(options: ConnectionLimitsOptions): ConnectionLimits {
  const { limits, trustedProxies, create, failed, giveWay } = options
  const { connections, handshakes, connectionsPerAddress, handshakesPerAddress } = limits
  /** All connections, by address. */
  const open = new Map<string, number>()
  /** Those that are not admitted yet, the oldest first. They must not keep out clients that have a valid claim. */
  const waiting = new Set<EngineConnection>()
  /** Those that had to give way, until they are closed. */
  const leaving = new Set<EngineConnection>()
  let admitted = 0
  const takeHandshake = rateLimit(create, 'rxcall:handshakes:address', handshakesPerAddress, failed)
  const keyOf = (request: IncomingMessage) => addressKey(clientAddress(request, trustedProxies))
  const full: HandshakeRefusal = {
    code: 'relay-full',
    problem: `this relay takes ${connections} connections; try again later`,
  }

  return {
    mayOpen: (request) => (open.get(keyOf(request)) ?? 0) < connectionsPerAddress * EXCESS,

    opened(conn) {
      const key = keyOf(conn.request)
      open.set(key, (open.get(key) ?? 0) + 1)
      waiting.add(conn)
      const [oldest] = waiting
      if (waiting.size > handshakes && oldest) {
        waiting.delete(oldest)
        leaving.add(oldest)
        giveWay(oldest)
      }
      return key
    },

    closed(conn, key) {
      if (!waiting.delete(conn) && !leaving.delete(conn)) admitted -= 1
      const left = (open.get(key) ?? 1) - 1
      if (left > 0) open.set(key, left)
      else open.delete(key)
    },

    async check({ conn, data }) {
      const key = keyOf(conn.request)
      data.address = clientAddress(conn.request, trustedProxies)
      if (admitted >= connections) return full
      if ((open.get(key) ?? 0) > connectionsPerAddress) {
        const problem = `at most ${connectionsPerAddress} connections from one address; close others first`
        return { code: 'too-many-connections', problem }
      }
      const wait = await takeHandshake(key)
      if (wait === undefined) return undefined
      const { points, seconds } = handshakesPerAddress
      const problem = `at most ${points} tries to connect in ${seconds} s from one address; wait ${wait} s`
      return { code: 'too-many-connections', problem }
    },

    admit(conn) {
      // Others may have been admitted while the token of this one was checked.
      if (admitted >= connections) return full
      if (waiting.delete(conn)) admitted += 1
      return undefined
    },
  }
}
