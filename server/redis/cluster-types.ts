import type { CreateLimiter } from '../limits/limiter.ts'
import type { RelayServer } from '../relay-socket.ts'
import type { RedisOptions } from './connection/redis-connection.ts'
import type { ClaimDecision, NameClaim } from './decide-claim.ts'
import type { ForwardedMessage } from './forwarding.ts'
import type { NameRecord } from './name-record.ts'
import type { RemoteUsers } from './remote-users.ts'
import type { SyncState } from './sync-state.ts'

/** This node's membership among the others. It writes what this node holds to Redis, announces changes, and follows those of the others. */
export interface Cluster {
  /** Whether Redis is up to date about this node, and this node about the others. */
  readonly ready: boolean
  readonly sync: SyncState
  /** Resolves once it is ready for the first time, or once that has taken too long. Rejects if packages are missing. */
  readonly started: Promise<void>
  /** Asks Redis to decide a claim. Resolves with undefined if Redis cannot be asked. */
  claim(claim: NameClaim, maxParties: number): Promise<ClaimDecision | undefined>
  /** Makes counters that all nodes share. */
  readonly limiter: CreateLimiter
  release(key: string, party: string, since: string): void
  send(node: string, message: ForwardedMessage): void
  /** The record of a name changed on this node, and maybe in Redis. With `announce`, the other nodes are sent the change. */
  changed(key: string, announce: boolean): void
  /** Another node claims to have held a name of this node for longer. Redis decides who keeps it. */
  resolveConflict(key: string): void
  /** Tells the other nodes that this one is gone. */
  close(): Promise<void>
}

export interface ClusterOptions {
  readonly io: RelayServer
  readonly redis: RedisOptions
  /** What this node holds. */
  readonly own: ReadonlyMap<string, NameRecord>
  readonly remoteUsers: RemoteUsers
  /** A record of another node arrived. */
  readonly remoteNameChanged: (key: string, record: NameRecord) => void
  /** A message of another node is for a party here. */
  readonly deliver: (message: ForwardedMessage) => void
  /** A name of this node belongs to another user now. */
  readonly nameTaken: (key: string) => void
  readonly log: (line: string) => void
}
