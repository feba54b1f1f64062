import type { SchedulerLike } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { OutgoingMessage } from '../../core/protocol/index.ts'

export interface OutboxOptions {
  readonly transmit: (message: OutgoingMessage) => void
  readonly refuse: (message: OutgoingMessage, error: CallError) => void
  readonly scheduler: SchedulerLike
  /** The messages queued while offline. */
  readonly limit: number
}

/** Transmits messages while online, and queues them in order while offline. */
export interface Outbox {
  /** Transmits or queues a message, or refuses it if `limit` messages are queued. */
  readonly send: (message: OutgoingMessage) => void
  /**
   * Transmits the queue. Subtracts the time that a message waited here from its `ttlMs`, because the relay counts only
   * its own time. Refuses a message whose time is up.
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
      else
        refuse(
          message,
          new CallError('relay-unreachable', `${limit} messages are already waiting for the relay`),
        )
    },
    online() {
      // Online only now, so that a message sent in response to a refusal queues behind earlier ones.
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
