import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { CutReason, EngineConnection } from '../relay-socket.ts'
import { watchBacklog, type Backlog } from './backlog.ts'
import { FloodGuard } from './flood-guard.ts'
import type { RelayLimits } from './relay-limits.ts'
import {
  boundPollingClose,
  GuardedWebSocket,
  webSocketOf,
  webSocketServer,
  type WebSocketServerClass,
} from './web-sockets.ts'

/** Counts what one connection sends, and what is queued for it. */
export interface ConnectionTraffic {
  readonly floodGuard: FloodGuard
  readonly backlog: Backlog
}

export interface TrafficLimitsOptions {
  readonly limits: RelayLimits
  /** Called to cut off a connection, admitted or not, because of what it sends or leaves unread. */
  readonly cut: (conn: EngineConnection, reason: CutReason) => void
  /** A WebSocket was cut before any connection of Engine.IO used it. */
  readonly refused: (reason: CutReason, request: IncomingMessage) => void
}

/** Bounds what strangers can make the relay store and read, from the moment that they open a connection. */
export interface TrafficLimits {
  /** The class of Engine.IO's WebSocket server (`wsEngine`). */
  readonly wsEngine: WebSocketServerClass
  /** Watches a connection that was just opened. */
  watch(conn: EngineConnection): void
  of(conn: EngineConnection): ConnectionTraffic
}

export function trafficLimits({ limits, cut, refused }: TrafficLimitsOptions): TrafficLimits {
  const { bytesPerSecond, backlogBytes, slowMs } = limits
  const guarded = new WeakMap<WebSocket, GuardedWebSocket>()
  const watched = new WeakMap<EngineConnection, ConnectionTraffic>()

  const handOver = (transport: EngineConnection['transport'], floodGuard: FloodGuard) => {
    const webSocket = webSocketOf(transport)
    if (webSocket) guarded.get(webSocket)?.handOver(floodGuard)
  }

  return {
    wsEngine: webSocketServer((webSocket, socket, request) => {
      const flooded = () => {
        webSocket.terminate()
        refused('flood', request)
      }
      const floodGuard = new FloodGuard(bytesPerSecond, flooded, { claims: false })
      guarded.set(webSocket, new GuardedWebSocket(webSocket, socket, floodGuard))
    }),

    watch(conn) {
      const floodGuard = new FloodGuard(bytesPerSecond, () => cut(conn, 'flood'))
      const backlog = watchBacklog(conn, { bytes: backlogBytes, slowMs, tooSlow: () => cut(conn, 'unread') })
      watched.set(conn, { floodGuard, backlog })
      boundPollingClose(conn.transport)
      handOver(conn.transport, floodGuard)
      conn.on('upgrade', (transport: EngineConnection['transport']) => handOver(transport, floodGuard))
      watchPackets(conn, { floodGuard, backlog })
    },

    of(conn) {
      const traffic = watched.get(conn)
      if (traffic === undefined) throw new Error('only a connection that was opened has traffic')
      return traffic
    },
  }
}

interface Packet {
  readonly type: string
  readonly data?: { readonly length: number }
}

/** A separate function, because its closure lives as long as the connection and would retain everything in scope. */
function watchPackets(conn: EngineConnection, { floodGuard, backlog }: ConnectionTraffic): void {
  // Runs before Socket.IO parses the packet.
  conn.prependListener('packet', ({ type, data }: Packet) => {
    // A packet of a poll, with the separator.
    if (conn.transport.name === 'polling') floodGuard.countBytes((data?.length ?? 0) + 2)
    // After admission, messages are counted when they are received.
    if (type !== 'message' || !floodGuard.isAdmitted) floodGuard.countPacket()
    backlog.check()
  })
}
