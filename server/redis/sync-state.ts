import { momentOf } from './name-record.ts'

/** How far what this node knows of the others is to be trusted. */
export interface Standing {
  /**
   * Whether this node has once known what all others hold. Before that, it cannot say of any name that it is free. Where Redis
   * was away when it started, that takes a lease: Redis has lost everything, and the others write what they hold.
   */
  readonly informed: boolean
  /** Whether Redis was away less than a lease ago, and may not have again what all others hold. */
  readonly settling: boolean
  /** Now as a moment, by the clock of Redis as far as it is known: the clocks of hosts may differ. */
  now(): string
}

export interface StandingLog extends Standing {
  joined(): void
  away(): void
  /** Redis said which moment it is, when it was asked at `askedAt` of the clock. */
  heard(moment: string, askedAt: number): void
}

export function createStanding(
  leaseMs: number,
  clock = () => performance.now(),
  wallClock = () => Date.now(),
): StandingLog {
  let wasAway = false
  // In milliseconds of the clock:
  let settlesAt = 0
  let informedAt = Infinity
  /** What the clock of Redis is ahead. */
  let offset = wallClock() - clock()

  return {
    get informed() {
      return clock() >= informedAt
    },
    get settling() {
      return clock() < settlesAt
    },
    now: () => momentOf(clock() + offset),

    joined() {
      if (wasAway) settlesAt = clock() + leaseMs
      wasAway = false
      informedAt = Math.min(informedAt, Math.max(clock(), settlesAt))
    },
    away() {
      wasAway = true
      if (clock() < informedAt) informedAt = Infinity
    },
    heard(moment, askedAt) {
      const ms = Number(moment) / 1000
      // It was that moment between question and answer; the host's own clock is more precise, where it agrees.
      offset = Math.min(Math.max(wallClock() - clock(), ms - clock()), ms - askedAt)
    },
  }
}
