import type { CallStep, ClientState } from '../../core/index.ts'
import { invariants, rules, type Invariant } from './rules/index.ts'
import type { EventWatch, PortCrossing, Rule, RuleWorld } from './rules/rule.ts'
import type { SimulatedClient } from './simulated-client.ts'

export { invariants, type Invariant }

/** An invariant that was broken, and where. */
export interface Violation {
  /** One of the names in {@link invariants}. */
  readonly invariant: Invariant
  /** Milliseconds of world time. */
  readonly at: number
  readonly client: string
  readonly message: string
}

export interface Monitor {
  /** Call this for each step of each client. */
  seen(client: SimulatedClient, step: CallStep, before: ClientState, now: number): void
  /** Call this for what crosses a client's signaling port; for incoming events, before the client handles them. */
  crossed(client: SimulatedClient, crossing: PortCrossing, now: number): void
  /** Call this when a client has come to rest after an event. */
  rested(client: SimulatedClient, now: number): void
  /** Call this when nothing is left to happen. */
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
  const byType = watchesByType(watching)
  const seeing = watching.flatMap(({ seen }) => seen ?? [])
  const changing = watching.flatMap(({ changed }) => changed ?? [])
  const crossing = watching.flatMap(({ crossed }) => crossed ?? [])
  const resting = watching.flatMap(({ rested }) => rested ?? [])
  return {
    violation: () => violation,
    fail,
    seen(client, step, before, now) {
      partners.set(client.self.party, client)
      for (const seen of seeing) seen(client, step, before, now)
      for (const each of byType.get(step.event.type) ?? none) each.watch(client, step, before, now)
      if (step.state !== before) for (const changed of changing) changed(client, step, before, now)
    },
    crossed(client, what, now) {
      partners.set(client.self.party, client)
      for (const crossed of crossing) crossed(client, what, now)
    },
    rested(client, now) {
      for (const rested of resting) rested(client, now)
    },
    over(clients, now) {
      for (const rule of watching) rule.over?.(clients, now)
    },
  }
}

const none: readonly EventWatch[] = []

function watchesByType(rules: readonly Rule[]): ReadonlyMap<string, readonly EventWatch[]> {
  const byType = new Map<string, EventWatch[]>()
  for (const { events } of rules)
    for (const type of new Set(events?.types)) {
      const watches = byType.get(type) ?? []
      byType.set(type, watches)
      if (events) watches.push(events)
    }
  return byType
}
