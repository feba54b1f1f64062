import type { IncomingMessage } from 'node:http'
import type { HandshakeRefusal } from '../../src/core/protocol/index.ts'
import { addressKey, clientAddress } from './client-address.ts'
import { take, type CreateLimiter } from './limiter.ts'
import type { RelayLimits } from './relay-limits.ts'
import type { RelaySocket } from '../relay-socket.ts'

type Conn = RelaySocket['conn']

export interface ConnectionLimits {
  /** Whether a request may open a connection at all. Those that are a few too many may, to be told why they are refused. */
  readonly mayOpen: (request: IncomingMessage) => boolean
  /** Counts a connection that is open and not let in yet. Returns what `closed` wants to know of it. */
  readonly opened: (conn: Conn) => string
  readonly closed: (conn: Conn, key: string) => void
  /** Where a connection is one too many: why. Notes the address that it comes from. */
  readonly check: (socket: RelaySocket) => Promise<HandshakeRefusal | undefined>
  /** Counts an open connection as let in, unless it is one too many: then says why. */
  readonly letIn: (conn: Conn) => HandshakeRefusal | undefined
}

export interface ConnectionLimitsOptions {
  readonly limits: RelayLimits
  readonly trustedProxies: number
  readonly create: CreateLimiter
  readonly failed: (thrown: unknown) => void
  /** Ends a connection that is not let in yet, to make room for one that has just come. */
  readonly giveWay: (conn: Conn) => void
}

/** By how much the connections of an address may exceed their limit, for as long as it takes to tell them. */
const EXCESS = 2

export function connectionLimits(options: ConnectionLimitsOptions): ConnectionLimits {
  const { limits, trustedProxies, create, failed, giveWay } = options
  const { connections, handshakes, connectionsPerAddress, handshakesPerAddress } = limits
  /** All connections, by address. */
  const open = new Map<string, number>()
  /** Those that are not let in yet, the oldest first: whoever has nothing to show must not keep out those who have. */
  const waiting = new Set<Conn>()
  /** Those that were told to give way, until they are closed. */
  const leaving = new Set<Conn>()
  let letIn = 0
  const takeHandshake = take(create, 'rxcall:handshakes:address', handshakesPerAddress, failed)
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
      if (!waiting.delete(conn) && !leaving.delete(conn)) letIn -= 1
      const left = (open.get(key) ?? 1) - 1
      if (left > 0) open.set(key, left)
      else open.delete(key)
    },

    async check({ conn, data }) {
      const key = keyOf(conn.request)
      data.address = clientAddress(conn.request, trustedProxies)
      if (letIn >= connections) return full
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

    letIn(conn) {
      // Others may have been let in while this one was asked for its token.
      if (letIn >= connections) return full
      if (waiting.delete(conn)) letIn += 1
      return undefined
    },
  }
}
