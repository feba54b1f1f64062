import { CallError } from '../../errors.ts'
import type { CancelReason, HangUpReason } from '../../protocol/index.ts'
import { send, type CallMessage, type CallOutput } from '../outputs.ts'
import type { CallState, EndReason, Side } from '../state.ts'

/** Why a call ends. */
export interface Ending {
  readonly reason: EndReason
  readonly by: Side
  readonly error?: CallError
  /** The other side already knows, because it ended the call. */
  readonly known?: boolean
  /** The party that ended it, if others may still ring. */
  readonly party?: string
  /** The user leaves altogether, rather than declining this call. */
  readonly leaving?: boolean
}

/**
 * Chooses the message that ends the call for the other side. It depends on how far the call has come:
 * - before the invite is sent: none;
 * - before the answer: `cancel`, which also goes to the callee's other devices if one of them declined;
 * - on the side that rings: `decline`, or `gone` if the user leaves;
 * - after the answer: `hang-up`.
 */
export function endMessage(state: CallState, { reason, known, party, leaving }: Ending): CallOutput[] {
  if (known && (state.phase !== 'calling' || party === undefined)) return []
  switch (state.phase) {
    case 'calling':
      if (party !== undefined)
        return [send('cancel', { reason: 'answered-elsewhere' }, { toOthersThan: party })]
      return state.progress === 'capturing' ? [] : [send('cancel', { reason: cancelReason(reason) })]
    case 'ringing':
      if (reason === 'no-answer') return []
      return [leaving ? send('gone', {}) : send('decline', {})]
    case 'connecting':
    case 'connected':
    case 'reconnecting':
      return [send('hang-up', { reason: hangUpReason(reason) })]
    case 'idle':
    case 'ended':
      return []
  }
}

function cancelReason(reason: EndReason): CancelReason {
  return reason === 'no-answer' ? reason : 'cancelled'
}

function hangUpReason(reason: EndReason): HangUpReason {
  return reason === 'cancelled' || reason === 'media-error' || reason === 'failed' ? reason : 'hung-up'
}

/** Reads how a message from the other side ends the call; empty if it does not. */
export function endingOf(message: CallMessage, { phase }: CallState): Ending[] {
  const end = (reason: Ending['reason'], error?: CallError): Ending[] => [
    { reason, by: 'remote', known: true, ...(error && { error }) },
  ]
  switch (message.type) {
    case 'decline':
      return [{ reason: 'declined', by: 'remote', known: true, party: message.from.party }]
    case 'busy':
      return phase === 'calling' ? [] : end('busy')
    case 'gone':
      if (phase === 'calling') return []
      return end(phase === 'ringing' ? 'cancelled' : 'hung-up')
    case 'cancel':
      return end(message.body.reason)
    case 'hang-up':
      if (message.body.reason === 'failed')
        return end('failed', new CallError('connection-failed', 'the other side reports a broken connection'))
      if (message.body.reason === 'media-error')
        return end(
          'media-error',
          new CallError('remote-media-failed', 'the other side has no camera or microphone'),
        )
      return end(message.body.reason)
    default:
      return []
  }
}
