import type { Claim, HandshakeRefusal, IncomingMessage, Party } from '../../src/core/protocol/index.ts'
import type { CreateLimiter } from '../limits/limiter.ts'
import type { MessageRoutes } from '../messages/addressees.ts'
import type { RelaySocket } from '../relay-socket.ts'

/** Why a connection cannot have a name. `not-ready` if this node cannot decide yet. */
export type ClaimRefusal = Extract<HandshakeRefusal['code'], 'name-taken' | 'too-many-parties' | 'not-ready'>

/** Who a connection speaks for, or why it may not have the name. `alike` if a different name that looks the same is held. */
export type ClaimResult =
  | { readonly ok: true; readonly self: Party }
  | { readonly ok: false; readonly code: ClaimRefusal; readonly alike?: boolean }

/**
 * What a node knows of users, alone or together with other nodes: who holds which name, who is connected, and where each party
 * is. A connection claims a name, enters, and leaves.
 */
export interface Directory extends MessageRoutes {
  /**
   * Claims the name for `connection`. Fails if another secret holds it, or a name that looks the same. Also fails if
   * the user has too many parties. Never rejects. Every claim needs a {@link leave}, even if the connection never
   * enters.
   */
  claim(claim: Claim, connection: RelaySocket): Promise<ClaimResult>
  /**
   * Makes the connection an addressee, and lists its user in the roster of its room. Replaces older connections of the same
   * party.
   */
  enter(connection: RelaySocket): void
  /** Releases what the connection holds. Has no effect if it holds nothing. */
  leave(self: Party, connection: RelaySocket): void
  /** Makes counters that all nodes share, if there are other nodes. */
  readonly limiter?: CreateLimiter
  /** Whether it is up to date and accepts claims. False while the other nodes cannot be reached. */
  readonly ready: boolean
  /**
   * Resolves once it is ready for the first time, or continues without other nodes that took too long. Rejects if it
   * can never become ready. Claims wait for this.
   */
  readonly started: Promise<void>
  /** Releases everything. Resolves once that is done. */
  close(): Promise<void>
}

/** What a directory reports. */
export interface DirectoryEvents {
  /** A connection of a user entered a room, on this node or another. A user may have several. */
  readonly joined: (user: string, room: string) => void
  /** Such a connection left. */
  readonly left: (user: string, room: string) => void
  /** The party of this connection has a newer one, so this one has to close. */
  readonly replaced: (connection: RelaySocket) => void
  /** A message that makes a call progress came from another node and was delivered here. Reported once for each party. */
  readonly delivered: (message: IncomingMessage) => void
}
