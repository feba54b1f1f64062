import { given, type Overrides } from '../../../core/overrides.ts'
import { clearPath, type PathConditions } from '../media/path-conditions.ts'
import type { Env } from '../../../core/ports/index.ts'
import { VirtualClock, type VirtualPeerTimes } from './virtual-clock.ts'

/** An ICE agent as the network knows it. */
export interface NetworkAgent {
  /** The media that it sends. */
  readonly media: { count(): void }
  /** The path to every other agent has broken. */
  lost(): void
  /** There is a path to every other agent again. */
  found(): void
  /** Its current connection has broken, and only an ICE restart can restore it. */
  fail(): void
}

/** The network between virtual connections: those that share one can reach each other. It registers every open ICE agent. */
export class VirtualNetwork extends VirtualClock {
  readonly agents = new Set<NetworkAgent>()
  /** Every open agent by its current username fragment. */
  readonly byUfrag = new Map<string, NetworkAgent>()
  /** Whether the path between all of them is broken. */
  isCut = false
  /** Whether connections refuse to limit video. */
  readonly refusesLimits: boolean
  private count = 0
  /** The conditions of what is sent to each user, and to all others. */
  private readonly paths = new Map<string, PathConditions>()
  private path = clearPath

  constructor(env: Env, times: Overrides<VirtualPeerTimes> = {}, refusesLimits = false) {
    super(env, times)
    this.refusesLimits = refusesLimits
  }

  /** Returns a name for the next connection. */
  nextName(): string {
    return `peer-${++this.count}`
  }

  /** Breaks every path: connections go `disconnected` after `disconnectMs`, and `failed` after `failMs`. */
  cut(): void {
    if (this.isCut) return
    this.isCut = true
    for (const agent of this.agents) agent.lost()
  }

  /** Restores every path. Agents that have not failed yet reconnect, and the others need an ICE restart. */
  heal(): void {
    if (!this.isCut) return
    this.isCut = false
    for (const agent of this.agents) agent.found()
  }

  /** Sets the conditions of everything that is sent to this user, or to everybody. */
  shape(conditions: Overrides<PathConditions>, user?: string): void {
    for (const agent of this.agents) agent.media.count()
    const path = { ...clearPath, ...given(conditions) }
    if (user !== undefined) {
      this.paths.set(user, path)
      return
    }
    this.paths.clear()
    this.path = path
  }

  /** The conditions of what is sent to this user now. */
  pathTo(user: string | undefined): PathConditions {
    return (user !== undefined && this.paths.get(user)) || this.path
  }

  /** Breaks the current connections until ICE restarts: `disconnected` at once, `failed` after `connectMs`. */
  fail(): void {
    for (const agent of this.agents) agent.fail()
  }
}
