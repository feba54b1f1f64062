import type { Subscription } from 'rxjs'
import { given, type Overrides } from '../../../core/overrides.ts'
import type { Env } from '../../../core/ports/index.ts'

/** How long things take, in milliseconds. */
export interface VirtualPeerTimes {
  /** One operation (create, set, add), and one candidate. Operations wait for each other (W3C WebRTC, 4.4.1.2). */
  readonly operationMs: number
  /** From a complete negotiation to a connection. */
  readonly connectMs: number
  /** From one peer to the other. */
  readonly latencyMs: number
  /** From the loss of the path to ICE `disconnected`. */
  readonly disconnectMs: number
  /** From the loss of the path, or the first check, to ICE `failed` (RFC 7675, 5.1: consent expires after 30 s). */
  readonly failMs: number
}

const defaultTimes: VirtualPeerTimes = {
  operationMs: 1,
  connectMs: 10,
  latencyMs: 5,
  disconnectMs: 5000,
  failMs: 30_000,
}

/** The clock of virtual connections, and how long their operations take. */
export class VirtualClock {
  readonly times: VirtualPeerTimes
  private readonly env: Env

  constructor(env: Env, times: Overrides<VirtualPeerTimes> = {}) {
    this.env = env
    this.times = { ...defaultTimes, ...given(times) }
  }

  /** Milliseconds. */
  now(): number {
    return this.env.scheduler.now()
  }

  /** Runs `work` in `ms` milliseconds, unless it is unsubscribed before. */
  later(ms: number, work: () => void): Subscription {
    return this.env.scheduler.schedule(work, ms)
  }
}
