import { timestampOf } from './name-record.ts'

/** How far this node's knowledge of the others can be trusted. */
export interface SyncState {
  /**
   * Whether this node has once known what all others hold. Before that it cannot tell that a name is free. If Redis was away at the
   * start, this takes a lease: Redis may have lost everything, and the others have to write what they hold.
   */
  readonly synced: boolean
  /** Whether Redis was away less than a lease ago, and may still lack what the other nodes hold. */
  readonly recovering: boolean
  /** The current time, by the clock of Redis if it is known, because the clocks of hosts may differ. */
  now(): string
}

export interface SyncTracker extends SyncState {
  joined(): void
  lost(): void
  /** Redis answered with its time; it was asked at `askedAt`, in milliseconds of the clock. */
  clockRead(timestamp: string, askedAt: number): void
}

export function createSyncTracker(
  leaseMs: number,
  clock = () => performance.now(),
  wallClock = () => Date.now(),
): SyncTracker {
  let wasAway = false
  // In milliseconds of the clock:
  let recoveredAt = 0
  let syncedAt = Infinity
  /** How far ahead the clock of Redis is, in milliseconds. */
  let offset = wallClock() - clock()

  return {
    get synced() {
      return clock() >= syncedAt
    },
    get recovering() {
      return clock() < recoveredAt
    },
    now: () => timestampOf(clock() + offset),

    joined() {
      if (wasAway) recoveredAt = clock() + leaseMs
      wasAway = false
      syncedAt = Math.min(syncedAt, Math.max(clock(), recoveredAt))
    },
    lost() {
      wasAway = true
      if (clock() < syncedAt) syncedAt = Infinity
    },
    clockRead(timestamp, askedAt) {
      const ms = Number(timestamp) / 1000
      // Redis read its clock between question and answer. If the host's own clock agrees, it is more precise.
      offset = Math.min(Math.max(wallClock() - clock(), ms - clock()), ms - askedAt)
    },
  }
}
