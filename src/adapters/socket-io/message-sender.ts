import { Subject, take, timer, type SchedulerLike, merge } from 'rxjs'
import type { CallError } from '../../core/errors.ts'
import type { OutgoingMessage } from '../../core/protocol/index.ts'
import { receiptError } from './relay-errors.ts'
import type { RelaySocket } from './relay-connection.ts'

/** Milliseconds to wait for a receipt before it counts as lost. */
const receiptMs = 10_000
/** How long leaving waits for receipts, in milliseconds. */
const leaveMs = 1000

export interface MessageSender {
  readonly transmit: (message: OutgoingMessage) => void
  /**
   * Disconnects once the relay has answered everything, or after a second. If a Socket.IO server reads a message and
   * the disconnect together, it drops the message. The hang-up of a closing client would then be lost.
   */
  readonly leave: () => void
}

/** Sends messages over `socket`, and passes those that the relay did not accept to `refuse`. */
export function createMessageSender(
  socket: RelaySocket,
  refuse: (message: OutgoingMessage, error: CallError) => void,
  scheduler: SchedulerLike,
): MessageSender {
  let unanswered = 0
  const answered$ = new Subject<void>()

  return {
    transmit(message) {
      unanswered++
      // Always called: with the receipt, when none arrives in time, or when the connection is lost.
      socket.timeout(receiptMs).emit('message', message, (lost: Error | null, receipt?: unknown) => {
        unanswered--
        const error = lost ? null : receiptError(receipt)
        if (error !== null) refuse(message, error)
        if (unanswered === 0) answered$.next()
      })
    },
    leave() {
      if (unanswered === 0 || !socket.connected) socket.disconnect()
      else
        merge(answered$, timer(leaveMs, scheduler))
          .pipe(take(1))
          .subscribe({ next: () => socket.disconnect(), error: () => socket.disconnect() })
    },
  }
}
