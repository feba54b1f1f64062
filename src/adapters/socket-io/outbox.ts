import type { SchedulerLike } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { OutgoingMessage } from '../../core/protocol/index.ts'

export interface OutboxOptions {
  readonly transmit: (message: OutgoingMessage) => void
  readonly refuse: (message: OutgoingMessage, error: CallError) => void
  readonly scheduler: SchedulerLike
  /** Messages kept while offline. */
  readonly limit: number
}

/** Passes messages on while online, and keeps them, in order, while offline. */
export interface Outbox {
  /** Transmits, or keeps, or refuses if `limit` messages are kept already. */
  readonly send: (message: OutgoingMessage) => void
  /**
   * Transmits what was kept. The time that a message waited here is taken off its `ttlMs`, which only the relay would
   * count otherwise; a message whose time is up is refused.
   */
  readonly online: () => void
  readonly offline: () => void
}

export function createOutbox({ transmit, refuse, scheduler, limit }: OutboxOptions): Outbox {
  let isOnline = false
  const kept: { readonly message: OutgoingMessage; readonly since: number }[] = []

  const transmitKept = (message: OutgoingMessage, waitedMs: number): void => {
    if (message.ttlMs === undefined) transmit(message)
    else if (waitedMs < message.ttlMs) transmit({ ...message, ttlMs: message.ttlMs - waitedMs })
    else
      refuse(
        message,
        new CallError('relay-unreachable', 'the message expired before the relay could be reached'),
      )
  }

  return {
    send(message) {
      if (isOnline) transmit(message)
      else if (kept.length < limit) kept.push({ message, since: scheduler.now() })
      else refuse(message, new CallError('relay-unreachable', `${limit} messages wait for the relay already`))
    },
    online() {
      // Only then online: a message sent in answer to a refusal queues behind those that came before it.
      for (let next = kept.shift(); next !== undefined; next = kept.shift()) {
        transmitKept(next.message, Math.max(0, Math.round(scheduler.now() - next.since)))
      }
      isOnline = true
    },
    offline() {
      isOnline = false
    },
  }
}
