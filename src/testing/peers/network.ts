import type { Subscription } from 'rxjs'
import type { Env } from '../../core/ports/index.ts'
import type { IceAgent } from './ice-agent.ts'

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

/** The network between virtual connections: those that share one can reach each other. */
export class VirtualNetwork {
  readonly times: VirtualPeerTimes
  /** Every open agent by its username fragments. */
  readonly byUfrag = new Map<string, IceAgent>()
  readonly agents = new Set<IceAgent>()
  /** Whether the path between all of them is broken. */
  isCut = false
  private count = 0
  private readonly env: Env

  constructor(env: Env, times: Partial<VirtualPeerTimes> = {}) {
    this.env = env
    this.times = { ...defaultTimes, ...times }
  }

  /** A name for the next connection. */
  nextName(): string {
    return `peer-${++this.count}`
  }

  now(): number {
    return this.env.scheduler.now()
  }

  later(ms: number, work: () => void): Subscription {
    return this.env.scheduler.schedule(work, ms)
  }

  /** Breaks every path: connections go `disconnected` after `disconnectMs`, and `failed` after `failMs`. */
  cut(): void {
    if (this.isCut) return
    this.isCut = true
    for (const agent of this.agents) agent.lost()
  }

  /** Mends every path: who has not failed yet connects again, who has needs an ICE restart. */
  heal(): void {
    if (!this.isCut) return
    this.isCut = false
    for (const agent of this.agents) agent.found()
  }

  /** Breaks the present connections until ICE restarts: `disconnected` at once, `failed` after `connectMs`. */
  fail(): void {
    for (const agent of this.agents) agent.fail()
  }
}
