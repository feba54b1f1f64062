import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import { watchBacklog, type Backlog } from './backlog.ts'
import { Intake } from './flood-guard.ts'
import type { RelayLimits } from './relay-limits.ts'
import type { CutReason, RelaySocket } from '../relay-socket.ts'
import {
  boundFarewell,
  Line,
  webSocketOf,
  webSocketServer,
  type WebSocketServerClass,
} from './web-sockets.ts'

type Conn = RelaySocket['conn']

/** What one connection sends, and what waits until its client reads on. */
export interface ConnectionTraffic {
  readonly intake: Intake
  readonly backlog: Backlog
}

export interface TrafficOptions {
  readonly limits: RelayLimits
  /** Has to cut a connection, let in or not, because of what it sends or leaves unread. */
  readonly cut: (conn: Conn, reason: CutReason) => void
  /** A WebSocket was cut that no connection has gone on over yet. */
  readonly refused: (reason: CutReason, request: IncomingMessage) => void
}

/** Bounds what strangers make the relay keep and read, from the moment that they open a connection. */
export interface Traffic {
  /** What Engine.IO makes its server of WebSockets of (`wsEngine`). */
  readonly wsEngine: WebSocketServerClass
  /** Watches a connection that has just been opened. */
  watch(conn: Conn): void
  of(conn: Conn): ConnectionTraffic
}

export function watchTraffic({ limits, cut, refused }: TrafficOptions): Traffic {
  const { bytesPerSecond, backlogBytes, slowMs } = limits
  const lines = new WeakMap<WebSocket, Line>()
  const watched = new WeakMap<Conn, ConnectionTraffic>()

  const takeOver = (transport: Conn['transport'], intake: Intake) => {
    const webSocket = webSocketOf(transport)
    if (webSocket) lines.get(webSocket)?.takenOver(intake)
  }

  return {
    wsEngine: webSocketServer((webSocket, socket, request) => {
      const flooded = () => {
        webSocket.terminate()
        refused('flood', request)
      }
      lines.set(
        webSocket,
        new Line(webSocket, socket, new Intake(bytesPerSecond, flooded, { claims: false })),
      )
    }),

    watch(conn) {
      const intake = new Intake(bytesPerSecond, () => cut(conn, 'flood'))
      const backlog = watchBacklog(conn, { bytes: backlogBytes, slowMs, tooSlow: () => cut(conn, 'unread') })
      watched.set(conn, { intake, backlog })
      boundFarewell(conn.transport)
      takeOver(conn.transport, intake)
      conn.on('upgrade', (transport: Conn['transport']) => takeOver(transport, intake))
      watchPackets(conn, { intake, backlog })
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

/** A function of its own, as it lives as long as the connection, and would keep alive all that it could see. */
function watchPackets(conn: Conn, { intake, backlog }: ConnectionTraffic): void {
  // Before Socket.IO parses it.
  conn.prependListener('packet', ({ type, data }: Packet) => {
    // A packet of a poll, with what parts it from the next one.
    if (conn.transport.name === 'polling') intake.addBytes((data?.length ?? 0) + 2)
    // Once it is let in, messages are counted where they are received.
    if (type !== 'message' || !intake.isLetIn) intake.addPacket()
    backlog.check()
  })
}
