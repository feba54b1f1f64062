import type { CallStep, ClientState } from '../../core/index.ts'
import { invariants, rules, type Invariant } from './rules/index.ts'
import type { Rule, RuleWorld } from './rules/rule.ts'
import type { SimulatedClient } from './simulated-client.ts'

export { invariants, type Invariant }

/** A promise of the core that was broken, and where. */
export interface Violation {
  /** One of the names in {@link invariants}. */
  readonly invariant: Invariant
  /** In milliseconds of the world. */
  readonly at: number
  readonly client: string
  readonly message: string
}

export interface Monitor {
  /** To be called for each step of each client. */
  seen(client: SimulatedClient, step: CallStep, before: ClientState, now: number): void
  /** To be called when a client has come to rest after an event. */
  rested(client: SimulatedClient, now: number): void
  /** To be called when nothing is left to happen. */
  over(clients: readonly SimulatedClient[], now: number): void
  fail(invariant: Invariant, client: SimulatedClient, now: number, message: string): void
  readonly violation: () => Violation | undefined
}

/** Watches every step of every client, and keeps the first violation of an invariant. */
export function createMonitor(facts: Omit<RuleWorld, 'partner'>): Monitor {
  const partners = new Map<string, SimulatedClient>()
  let violation: Violation | undefined
  const fail: Monitor['fail'] = (invariant, client, at, message) => {
    violation ??= { invariant, at, client: client.self.user, message }
  }
  const world: RuleWorld = {
    ...facts,
    partner: (party) => (party === undefined ? undefined : partners.get(party)),
  }
  const watching = Object.entries(rules).map(([name, rule]): Rule =>
    rule((client, at, message) => fail(name as Invariant, client, at, message), world),
  )
  return {
    violation: () => violation,
    fail,
    seen(client, step, before, now) {
      partners.set(client.self.party, client)
      for (const rule of watching) rule.seen?.(client, step, before, now)
    },
    rested(client, now) {
      for (const rule of watching) rule.rested?.(client, now)
    },
    over(clients, now) {
      for (const rule of watching) rule.over?.(clients, now)
    },
  }
}
