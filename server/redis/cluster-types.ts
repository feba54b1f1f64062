import type { CreateLimiter } from '../limits/limiter.ts'
import type { RelayServer } from '../relay-socket.ts'
import type { ClaimOf, Decision } from './decide-claim.ts'
import type { Entry } from './name-record.ts'
import type { RedisOptions } from './connection/redis-connection.ts'
import type { Parcel } from './forwarding.ts'
import type { Standing } from './sync-state.ts'
import type { UsersElsewhere } from './remote-users.ts'

/** This node among the others: what it holds is written to Redis and told to them, what they hold is kept up to date. */
export interface Cluster {
  /** Whether Redis knows what this node holds, and this node what the others hold. */
  readonly ready: boolean
  /** How far what it knows of the others is to be trusted. */
  readonly standing: Standing
  /** Resolves once it is ready for the first time, or that has taken too long. Rejects where packages are missing. */
  readonly started: Promise<void>
  /** Has Redis decide a claim; undefined where it cannot be asked. */
  claim(claim: ClaimOf, mostParties: number): Promise<Decision | undefined>
  /** Makes counters that all nodes share. */
  readonly limiter: CreateLimiter
  release(key: string, party: string, since: string): void
  send(node: string, parcel: Parcel): void
  /** What this node holds of a name was changed, here and maybe in Redis. With `told`, the others are told. */
  changed(key: string, told: boolean): void
  /** Somebody else claims to have held a name of this node for longer: Redis knows who has it. */
  contest(key: string): void
  /** Has the other nodes know that this one is gone. */
  close(): Promise<void>
}

export interface ClusterOptions {
  readonly io: RelayServer
  readonly redis: RedisOptions
  /** What this node holds. */
  readonly own: ReadonlyMap<string, Entry>
  readonly elsewhere: UsersElsewhere
  /** An entry of another node has come. */
  readonly heard: (key: string, entry: Entry) => void
  /** A message of another node is for a party here. */
  readonly deliver: (parcel: Parcel) => void
  /** A name of this node belongs to somebody else now. */
  readonly taken: (key: string) => void
  readonly log: (line: string) => void
}
