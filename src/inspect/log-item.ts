import type { EventType } from '../core/index.ts'
import type { TraceEntry } from '../core/trace/index.ts'

/**
 * One line of a call's log: what crossed a port, or one turn of the client's queue. Both are in the order in which
 * they happened. So an output belongs to the step before it, and a step without a cause to the crossing before it.
 */
export type LogItem = LoggedCrossing | LoggedStep

/** Something that crossed a port, as a trace holds it. */
export interface LoggedCrossing {
  readonly type: 'crossing'
  readonly entry: TraceEntry
}

/** An event that the client handled. */
export interface LoggedStep {
  readonly type: 'step'
  /** In milliseconds after the log began, as in the entries of its trace. */
  readonly at: number
  /** Counts the client's events, from 1. Some numbers are missing. */
  readonly number: number
  /** The number of the event that was being handled when this one was emitted; absent for what came from outside. */
  readonly cause?: number
  /** The stage that emitted it, by its name in `defaultStages`; absent for what came through a port. */
  readonly stage?: string
  readonly event: LoggedEvent
}

/**
 * An event. A fact is here as a whole. Inputs and effects are in the crossings beside them, and have a `subject`
 * here: the type of the action, the message or the peer's event.
 */
export interface LoggedEvent {
  readonly type: EventType
  readonly subject?: string
  readonly [property: string]: unknown
}

/** What is known of one client's present or last call. */
export interface CallLog {
  /** When it began, in milliseconds since 1970 on the clock of its client. */
  readonly startedAt: number
  readonly items: readonly LogItem[]
  /** Whether anything is missing, because the log had reached its limit. Then it cannot be replayed. */
  readonly isIncomplete: boolean
}

/** How a log changes: it is replaced as a whole, or one item is added to it. */
export type LogChange =
  { readonly type: 'log'; readonly log: CallLog } | { readonly type: 'item'; readonly item: LogItem }
