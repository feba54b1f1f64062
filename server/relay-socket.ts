import type { Server, Socket } from 'socket.io'
import type { ClientToRelay, Party, RelayToClient } from '../src/core/protocol/index.ts'
import type { Backlog } from './limits/backlog.ts'
import type { Intake } from './limits/flood-guard.ts'
import type { NodeNews } from './redis/name-record.ts'

/** Why the relay cuts a connection off: its client does not read what waits for it, or goes on sending far too much. */
export type CutReason = 'unread' | 'flood'

/** What the relay knows about one connection, once it is admitted. */
export interface ConnectionData {
  /** Who the connection speaks for; every message from it is stamped with this. */
  self: Party
  /** What waits for this connection to take it. */
  backlog: Backlog
  /** Counts what it sends. */
  intake: Intake
  /** Where the connection comes from. */
  address: string
  /** The room whose roster the client sees and is in. */
  room: string
  /** Until when the user is known to be who they are, in milliseconds since 1970; for good without it. */
  expiresAt?: number
  /** Why the relay cut the connection off, where it did. */
  cutFor?: CutReason
}

/** What nodes tell each other. */
interface NodeToNode {
  node: (news: NodeNews) => void
}

export type RelayServer = Server<ClientToRelay, RelayToClient, NodeToNode, ConnectionData>
export type RelaySocket = Socket<ClientToRelay, RelayToClient, NodeToNode, ConnectionData>
