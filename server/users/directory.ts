import type {
  Address,
  Claim,
  HandshakeRefusal,
  IncomingMessage,
  Party,
} from '../../src/core/protocol/index.ts'
import type { CreateLimiter } from '../limits/limiter.ts'
import type { MessageFrame } from '../messages/message-frame.ts'
import type { RelaySocket } from '../relay-socket.ts'

/** Why a connection may not have a name; `not-ready` where that cannot be said yet. */
export type NotClaimed = Extract<HandshakeRefusal['code'], 'name-taken' | 'too-many-parties' | 'not-ready'>

/** Who a connection speaks for, or why it may not have the name; `alike` if another name that looks like it is held. */
export type Claimed =
  | { readonly ok: true; readonly self: Party }
  | { readonly ok: false; readonly code: NotClaimed; readonly alike?: boolean }

/** Where those are whom a message is for. */
export interface Found {
  /** Connections of this node. */
  readonly here: readonly RelaySocket[]
  /** Parties on other nodes. */
  readonly elsewhere: readonly PartyElsewhere[]
}

export interface PartyElsewhere extends Party {
  readonly node: string
  /** Whether it takes messages at the moment, or does not keep up with them. */
  readonly keepsUp: boolean
}

/**
 * What a node knows of users, be it by itself or together with other nodes: who holds which name, who is there, and where
 * each party is. A connection claims a name, enters, and leaves.
 */
export interface Directory {
  /**
   * Has `connection` hold the claimed name, unless another secret holds it or one that looks like it, or as many parties as are
   * allowed do. Never rejects. What was claimed has to be left again, also where it was never entered.
   */
  claim(claim: Claim, connection: RelaySocket): Promise<Claimed>
  /**
   * From now on the connection is found, and its user is there, in the room whose roster it is in. Older connections of the
   * same party are replaced.
   */
  enter(connection: RelaySocket): void
  /** Gives up what the connection holds; without effect where that is nothing. */
  leave(self: Party, connection: RelaySocket): void
  /** Everybody whom an address means. */
  find(address: Address): Found
  /** Makes counters that all nodes share, where there are others. */
  readonly limiter?: CreateLimiter
  /** Sends a message to a party on another node, where a `step` of a call is noted. */
  send(to: PartyElsewhere, frame: MessageFrame, step: boolean): void
  /** Whether it knows all that it should, and takes claims; false while the other nodes are out of its reach. */
  readonly ready: boolean
  /**
   * Resolves once it is ready for the first time, or goes on without the other nodes because that took too long. Rejects
   * where it can never be. Claims wait for this.
   */
  readonly started: Promise<void>
  /** Gives everything up. Resolves once that is done. */
  close(): Promise<void>
}

/** What a directory says by itself. */
export interface DirectoryEvents {
  /** A connection of a user, here or elsewhere, has entered a room; a user may have several. */
  readonly came: (user: string, room: string) => void
  /** Such a connection has left. */
  readonly went: (user: string, room: string) => void
  /** The party of this connection has a newer one, so this one has to go. */
  readonly replaced: (connection: RelaySocket) => void
  /** A step of a call, sent by a client of another node, was delivered to one of this node; once for each of its parties. */
  readonly delivered: (message: IncomingMessage) => void
}
