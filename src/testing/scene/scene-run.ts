import type { ClientState } from '../../core/index.ts'
import type { CallLog } from '../../inspect/index.ts'
import type { PhaseChange } from '../play.ts'
import type { Violation } from '../simulator/monitor.ts'
import type { RoutedMessage } from '../simulator/world-observer.ts'

/** What happened in a scene. All times are in milliseconds of its world. */
export interface SceneRun {
  /** The hash of everything that happened, as 8 hexadecimal digits. The same scene gives the same hash everywhere. */
  readonly hash: string
  /** The first invariant that was broken, and where. */
  readonly violation: Violation | undefined
  /** When the last thing happened. */
  readonly duration: number
  /** Every tab that existed, in the order in which they opened. */
  readonly clients: readonly SceneClient[]
  /** What the clients sent each other, in the order in which the relay got it. */
  readonly messages: readonly SceneMessage[]
}

/** One tab of a user. */
export interface SceneClient {
  /** The index of its user in `scenario.clients`. */
  readonly client: number
  readonly user: string
  /** The name of the tab in messages. */
  readonly party: string
  readonly startedAt: number
  /** When the tab closed or crashed; absent if it was open to the end. */
  readonly endedAt?: number
  /**
   * What crossed its ports, and its events. Its times are on the clock of the client, which {@link SimulatedUser.clockMs} may set
   * wrong; those of its items count from `startedAt`.
   */
  readonly log: CallLog
  /** The state from each of these times on. */
  readonly states: readonly StateChange[]
  /** The phases of its calls, each with the time of its beginning. The first one is `idle`. */
  readonly phases: readonly PhaseChange[]
}

export interface StateChange {
  readonly at: number
  readonly state: ClientState
}

/** A message from one client to another. {@link MessageChange} names it by the same properties. */
export type SceneMessage = RoutedMessage
