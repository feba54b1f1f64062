import type { PeerEvent } from '../../core/ports/index.ts'
import { candidateEvent } from '../peer-connection/candidate-event.ts'

/**
 * The event for a `signal` of simple-peer, or null for a signal that is not sent. Requests for a transceiver are not
 * sent, because only another simple-peer could read them. Nor is the empty candidate with which some browsers end a
 * generation.
 */
export function signalEvent(signal: unknown): PeerEvent | null {
  if (typeof signal !== 'object' || signal === null) return null
  if ('sdp' in signal && typeof signal.sdp === 'string' && 'type' in signal) {
    const { type, sdp } = signal
    return type === 'offer' || type === 'answer' ? { type: 'description', description: { type, sdp } } : null
  }
  if ('candidate' in signal && typeof signal.candidate === 'object' && signal.candidate !== null)
    return candidateEvent(signal.candidate)
  return 'renegotiate' in signal && signal.renegotiate === true ? { type: 'renegotiate' } : null
}
