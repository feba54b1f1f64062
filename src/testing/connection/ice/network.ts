import { VirtualClock } from './virtual-clock.ts'

/** An ICE agent as the network knows it. */
export interface NetworkAgent {
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
  private count = 0

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

  /** Breaks the current connections until ICE restarts: `disconnected` at once, `failed` after `connectMs`. */
  fail(): void {
    for (const agent of this.agents) agent.fail()
  }
}
