import { asyncScheduler, type SchedulerLike } from 'rxjs'
import type { Behavior, CallPorts } from '../core/index.ts'
import { latestOf } from '../core/rx/behavior.ts'
import { faultyPeer } from './faulty-peer.ts'
import { faultySignaling } from './faulty-signaling.ts'

/** Which faults are in effect. */
export interface ActiveFaults {
  /** The connection to the relay is closed. */
  readonly relayDropped: boolean
  /** The path between the two sides counts as lost. */
  readonly pathLost: boolean
  /** How long messages are delayed, in milliseconds. */
  readonly delayMs: number
  /** Whether the next message from the relay will be delivered twice. */
  readonly doublesNext: boolean
}

/** Faults to put into a running client, to see how its calls recover. */
export interface Faults {
  /**
   * Closes the connection to the relay for `ms` milliseconds: it really disconnects, and then connects again as the
   * same party. Messages that are sent meanwhile wait. While it is dropped, another call of this does nothing.
   */
  readonly dropRelay: (ms: number) => void
  /**
   * Simulates for `ms` milliseconds that the path to the other side is lost. The peer port says `disconnected`, and
   * neither data nor byte counts go on. Afterwards it says what the connection really is. Sound and picture really
   * go on meanwhile, because no page can cut them. While it is lost, another call of this does nothing.
   */
  readonly losePath: (ms: number) => void
  /** Delays each message from and to the relay by `ms` milliseconds, in order. 0 ends it. */
  readonly delay: (ms: number) => void
  /** Makes the next message from the relay arrive twice. */
  readonly doubleNext: () => void
  readonly active$: Behavior<ActiveFaults>
}

/** Ports with faults. */
export type FaultyPorts<P extends CallPorts> = Faults & {
  /** The same ports, for `createCallClient`. */
  readonly ports: P
}

const none: ActiveFaults = { relayDropped: false, pathLost: false, delayMs: 0, doublesNext: false }

/**
 * Wraps the ports of a client, so that faults can be put into it while it runs: for development, and to see a
 * recovery. Without a fault the ports behave as before. `scheduler` is the clock of the faults, which is the real one
 * by default.
 *
 * @example
 * const { ports, ...faults } = withFaults({ signaling, peer: nativePeer(), media: browserMedia() })
 * const client = createCallClient({ ...ports, pipeline: inspect() })
 * dropButton.onclick = () => faults.dropRelay(5_000)
 */
export function withFaults<P extends CallPorts>(
  ports: P,
  scheduler: SchedulerLike = asyncScheduler,
): FaultyPorts<P> {
  const latest$ = latestOf(none)
  const active$ = latest$.behavior$
  const set = (change: Partial<ActiveFaults>) => latest$.next({ ...active$.value, ...change })
  const during = (fault: 'relayDropped' | 'pathLost', ms: number) => {
    if (active$.value[fault]) return
    set({ [fault]: true })
    scheduler.schedule(() => set({ [fault]: false }), ms)
  }
  return {
    ports: {
      ...ports,
      signaling: faultySignaling(ports.signaling, active$, () => set({ doublesNext: false }), scheduler),
      peer: faultyPeer(ports.peer, active$),
    },
    active$,
    dropRelay: (ms) => during('relayDropped', ms),
    losePath: (ms) => during('pathLost', ms),
    delay: (delayMs) => set({ delayMs }),
    doubleNext: () => set({ doublesNext: true }),
  }
}
