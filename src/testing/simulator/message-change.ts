import type { MessageType } from '../../core/index.ts'

/**
 * Names one message of a world: the `nth` of its type that client `from` sends to client `to`. Counts from 1, in the
 * order in which the relay gets them, and counts retransmissions, too. Clients are indexes into the scenario's list.
 */
export interface MessageName {
  readonly from: number
  readonly to: number
  readonly type: MessageType
  readonly nth: number
}

/** What happens to one message on its way from the relay to the addressee. */
export interface MessageChange extends MessageName {
  readonly does: 'lose' | 'double' | 'delay'
  /** By how much it is late, or its copy if it is doubled, in milliseconds. Default: {@link LATE_MS}. */
  readonly ms?: number | undefined
}

/** By how much a changed message is late by default, in milliseconds. */
export const LATE_MS = 100
