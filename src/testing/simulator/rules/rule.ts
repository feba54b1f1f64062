import type {
  CallEvent,
  CallState,
  CallStep,
  ClientState,
  IncomingMessage,
  OutgoingMessage,
} from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'

/** Reports a violation: the client, the time, and a description. */
export type Report = (client: SimulatedClient, at: number, message: string) => void

export type EventType = CallEvent['type']
type EventOf<T extends EventType> = Extract<CallEvent, { type: T }>

/** Called after an event. `before` is the model before it, `now` is in milliseconds of world time. */
type Watch<S> = (client: SimulatedClient, step: S, before: ClientState, now: number) => void

/** A watch for events of a few types, made by {@link on}. */
export interface EventWatch {
  readonly types: readonly EventType[]
  readonly watch: Watch<CallStep>
}

/** What crosses the signaling port of a client. */
export type PortCrossing =
  /** The client hands its relay a message. */
  | { readonly type: 'transmit'; readonly message: OutgoingMessage }
  /** The relay is about to deliver it a valid message. */
  | { readonly type: 'arrived'; readonly message: IncomingMessage }
  /** The relay is about to report whether it is reachable. */
  | { readonly type: 'link'; readonly online: boolean }

/** An invariant, as a watcher of everything that happens in one world. */
export interface Rule {
  /** Called after events of its types. */
  readonly events?: EventWatch
  /** Called after every event, before {@link events}. */
  readonly seen?: Watch<CallStep>
  /** Called after each event that changed the client's model, after {@link events}. */
  readonly changed?: Watch<CallStep>
  /** Called for what crosses a client's signaling port. */
  readonly crossed?: (client: SimulatedClient, crossing: PortCrossing, now: number) => void
  /** Called when a client has handled an input and every event that followed from it at once. */
  readonly rested?: (client: SimulatedClient, now: number) => void
  /** Called when nothing is left to happen. */
  over?(clients: readonly SimulatedClient[], now: number): void
}

/**
 * Calls `watch` after events of these types alone. Most rules need few of a call's hundreds of events. Trying each
 * event on each rule would cost more than the rules themselves.
 */
export function on<T extends EventType>(
  types: readonly T[],
  watch: Watch<{ readonly event: EventOf<T>; readonly state: ClientState }>,
): EventWatch
export function on(types: readonly EventType[], watch: Watch<CallStep>): EventWatch {
  return { types, watch }
}

/** What the rules know about the whole world. */
export interface RuleWorld {
  /** Nothing goes wrong, so each call must go as its users decide. */
  readonly happyPath: boolean
  /** No fault is injected. Users may have several tabs. */
  readonly faultFree: boolean
  /** Every fault ends at some time. */
  readonly settles: boolean
  /** What the relay names in its welcome. */
  readonly relayFeatures: readonly string[]
  /** Returns the client of that party, if it exists in this world. */
  readonly partner: (party: string | undefined) => SimulatedClient | undefined
}

export type MakeRule = (report: Report, world: RuleWorld) => Rule

/** Keeps one value for each client, made on first use. */
export function perClient<T>(make: () => T): (client: SimulatedClient) => T {
  const pasts = new Map<SimulatedClient, T>()
  // Events of one client usually arrive in a row.
  let latest: SimulatedClient | undefined
  let past: T | undefined
  return (client) => {
    if (client === latest) return past as T
    const known = pasts.get(client) ?? make()
    pasts.set(client, known)
    latest = client
    past = known
    return known
  }
}

export type Phase = CallState['phase']
