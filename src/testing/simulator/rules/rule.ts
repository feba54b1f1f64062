import type { CallState, CallStep, ClientState } from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'

/** Reports that an invariant does not hold: at which client, when, and in words what is wrong. */
export type Report = (client: SimulatedClient, at: number, message: string) => void

/** Something that has to be true, as a watcher of all that happens in one world. */
export interface Rule {
  /** A client took an event in; `before` is how it stood then, `now` in milliseconds of the world. */
  seen?(client: SimulatedClient, step: CallStep, before: ClientState, now: number): void
  /** A client has dealt with what came to it, and with everything that came of that at once. */
  rested?(client: SimulatedClient, now: number): void
  /** Nothing is left to happen. */
  over?(clients: readonly SimulatedClient[], now: number): void
}

/** What the rules know of the world as a whole. */
export interface RuleWorld {
  /** Nothing goes wrong in it: each call has to go as the users have it. */
  readonly calm: boolean
  /** The network and all tabs do as they should; users may have several tabs. */
  readonly faultless: boolean
  /** Whatever goes wrong is over at some time. */
  readonly settles: boolean
  /** The client of that party; undefined for one that no client of this world is. */
  readonly partner: (party: string | undefined) => SimulatedClient | undefined
}

export type MakeRule = (report: Report, world: RuleWorld) => Rule

/** What each client has been through, as far as one rule needs it. */
export function perClient<T>(make: () => T): (client: SimulatedClient) => T {
  const pasts = new Map<SimulatedClient, T>()
  return (client) => {
    const known = pasts.get(client)
    if (known) return known
    const past = make()
    pasts.set(client, past)
    return past
  }
}

export type Phase = CallState['phase']
