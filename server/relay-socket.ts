import type { Server, Socket } from 'socket.io'
import type { ClientToRelay, Party, RelayToClient } from '../src/core/protocol/index.ts'

/** Why the relay cuts a connection off: its client does not read what is queued for it, or keeps sending far too much. */
export type CutReason = 'unread' | 'flood'

/** What the relay knows about one connection, once it is admitted. */
export interface ConnectionData {
  /** Who the connection speaks for. Every message from it is stamped with this. */
  self: Party
  /** What is queued for the client; see {@link watchBacklog}. */
  backlog: { readonly packets: number }
  /** Counts what the client sends; see {@link FloodGuard}. */
  floodGuard: { admit(): void; countExcess(now: number): void }
  /** The address of the client. */
  address: string
  /** The room whose roster the client sees and is in. */
  room: string
  /** When the authentication of the user expires, in milliseconds since 1970. Never, if it is missing. */
  expiresAt?: number
  /** Why the relay cut the connection off, if it did. */
  cutFor?: CutReason
}

/** What nodes send each other. It is checked when it is received. */
interface NodeToNode {
  node: (update: unknown) => void
}

export type RelayServer = Server<ClientToRelay, RelayToClient, NodeToNode, ConnectionData>
export type RelaySocket = Socket<ClientToRelay, RelayToClient, NodeToNode, ConnectionData>

/** The connection of Engine.IO under a socket: one WebSocket, or one session of long polling. */
export type EngineConnection = RelaySocket['conn']
