import type { callPipeline, ClientState, Party } from '../../core/index.ts'
import type { MessageName } from './message-change.ts'

/** Watches a world. It cannot change anything but the pipelines of the clients. */
export interface WorldObserver {
  /** A tab opens. Returns what watches it. */
  opened(tab: OpenedTab): TabObserver
  /** The relay passes a message on, or loses it. */
  routed(message: RoutedMessage): void
}

export interface OpenedTab {
  /** The index of its user in the scenario. */
  readonly client: number
  readonly self: Party
  /** In milliseconds of the world, as all times here. */
  readonly at: number
}

export interface TabObserver {
  /** What the tab runs: the core's pipeline, or one that behaves like it. */
  readonly pipeline: typeof callPipeline
  /** The state of the client changed. */
  changed(state: ClientState, at: number): void
  /** The tab closed or crashed. */
  closed(at: number): void
}

/** A message that one client of the scenario sent to another. */
export interface RoutedMessage extends MessageName {
  /** When its sender handed it to the relay port, in milliseconds of the world. */
  readonly sentAt: number
  /**
   * When the addressee handled it, in milliseconds of the world. Grows while the world runs. Empty if it is lost, two
   * times if it arrives twice.
   */
  readonly arrivesAt: readonly number[]
}
