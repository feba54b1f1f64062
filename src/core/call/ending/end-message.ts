import type { CallError } from '../../errors.ts'
import type { CancelReason, HangUpReason } from '../../protocol/index.ts'
import { send, type CallOutput } from '../outputs.ts'
import type { CallState, EndReason, Side } from '../state.ts'

/** Why a call is to end. */
export interface Ending {
  readonly reason: EndReason
  readonly by: Side
  readonly error?: CallError
  /** The other side knows already, for the end came from it. */
  readonly known?: boolean
  /** The party that the end came from, where others may ring still. */
  readonly party?: string
  /** The user leaves altogether, rather than saying no to this call. */
  readonly leaving?: boolean
}

/**
 * What the other side is told of the end of a call, by how far the call has come: nothing before the invite is out,
 * `cancel` before the answer (also to the other devices of a callee who declined on one), `decline` (or `gone`, where the
 * user leaves) from the side that rings, `hang-up` after.
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
