import type { IncomingMessage } from 'node:http'
import type { HandshakeRefusal } from '../src/core/protocol/index.ts'
import { addressKey, clientAddress } from './client-address.ts'
import { take, type CreateLimiter } from './limiter.ts'
import type { RelayLimits } from './relay-limits.ts'
import type { RelaySocket } from './relay-socket.ts'

export interface ConnectionLimits {
  /** Whether a request may open a connection at all. Those that are a few too many may, to be told why they are refused. */
  readonly mayOpen: (request: IncomingMessage) => boolean
  /** Counts a connection until the function that it returns is called. */
  readonly opened: (conn: RelaySocket['conn']) => () => void
  /** Where a connection is one too many: why. Notes the address that it comes from. */
  readonly check: (socket: RelaySocket) => Promise<HandshakeRefusal | undefined>
}

/** By how much the connections of an address may exceed their limit, for as long as it takes to tell them. */
const EXCESS = 2

export function connectionLimits(
  limits: RelayLimits,
  trustedProxies: number,
  create: CreateLimiter,
  failed: (thrown: unknown) => void,
): ConnectionLimits {
  const { connections, connectionsPerAddress, handshakesPerAddress } = limits
  const open = new Map<string, number>()
  let total = 0
  const takeHandshake = take(create, 'rxcall:handshakes:address', handshakesPerAddress, failed)
  const keyOf = (request: IncomingMessage) => addressKey(clientAddress(request, trustedProxies))

  return {
    mayOpen: (request) =>
      total < connections * EXCESS && (open.get(keyOf(request)) ?? 0) < connectionsPerAddress * EXCESS,

    opened(conn) {
      const key = keyOf(conn.request)
      total += 1
      open.set(key, (open.get(key) ?? 0) + 1)
      return () => {
        total -= 1
        const left = (open.get(key) ?? 1) - 1
        if (left > 0) open.set(key, left)
        else open.delete(key)
      }
    },

    async check({ conn, data }) {
      const key = keyOf(conn.request)
      data.address = clientAddress(conn.request, trustedProxies)
      if (total > connections)
        return { code: 'relay-full', problem: `this relay takes ${connections} connections; try again later` }
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
  }
}
