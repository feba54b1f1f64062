import {
  defaultSettings,
  isOpen,
  type CallState,
  type IncomingMessage,
  type IncomingOf,
  type OpenCall,
} from '../../../core/index.ts'
import { ends, unchanged, type Expectation } from './expectation.ts'

/** The invites that must not ring, by call id, and by call id and user. */
export type Spent = Set<string>

/**
 * What a message has to lead to. Adds to `spent` the invites that it spends. `isUp` is whether the peers are connected,
 * which they may be before the accept arrives.
 */
export function expectedOfMessage(
  message: IncomingMessage,
  call: CallState,
  spent: Spent,
  isUp: boolean,
): Expectation {
  if (message.type === 'invite') return expectedOfInvite(message, call, spent)
  const open = isOpen(call)
  if ((message.type === 'cancel' || message.type === 'hang-up') && !(open && call.callId === message.callId))
    spent.add(`${message.callId} ${message.from.user}`)
  // Whoever accepts a call that is over, or that gave way, is told so.
  if (message.type === 'accept' && !(open && call.callId === message.callId))
    return { state: 'same', says: ['gone'] }
  return open && isOfOtherSide(message, call) ? expectedOfOtherSide(message, call, isUp) : unchanged
}

function isOfOtherSide({ callId, from }: IncomingMessage, { callId: ours, remote }: OpenCall): boolean {
  if (callId !== ours || from.user !== remote.user) return false
  return remote.party === undefined || remote.party === from.party
}

function expectedOfOtherSide(message: IncomingMessage, call: OpenCall, isUp: boolean): Expectation {
  switch (message.type) {
    case 'accept':
      if (call.phase !== 'calling') return unchanged
      return {
        state: { phase: isUp ? 'connected' : 'connecting', callId: call.callId, party: message.from.party },
        says: ['select'],
      }
    case 'select':
      if (call.phase !== 'connecting' || call.selected) return unchanged
      return { state: { phase: call.linked ? 'connected' : 'connecting', callId: call.callId }, says: [] }
    case 'ringing':
      return call.phase === 'calling' && call.progress === 'inviting'
        ? { state: { phase: 'calling', callId: call.callId }, says: [] }
        : unchanged
    case 'decline':
      return ends('declined', 'remote')
    case 'busy':
      return ends('busy', 'remote')
    case 'gone':
      return ends('unreachable', 'remote')
    case 'cancel':
    case 'hang-up':
      return ends(message.body.reason, 'remote')
    default:
      return unchanged
  }
}

/** Glare: the call with the lower id lives, and one that nobody knows of yet gives way. */
function expectedOfInvite(
  { callId, from, ageMs, ttlMs }: IncomingOf<'invite'>,
  call: CallState,
  spent: Spent,
): Expectation {
  const name = `${callId} ${from.user}`
  if (spent.has(callId) || spent.has(name)) return unchanged
  if (!isOpen(call)) {
    const left = (ttlMs ?? defaultSettings.ringMs) - ageMs
    if (left >= defaultSettings.minRingMs)
      return { state: { phase: 'ringing', callId, user: from.user, party: from.party }, says: ['ringing'] }
    spent.add(name)
    return unchanged
  }
  if (call.callId === callId) return unchanged
  const glare = call.phase === 'calling' && call.remote.user === from.user
  if (glare && (call.progress === 'capturing' || callId < call.callId))
    return { state: { phase: 'connecting', callId, user: from.user, party: from.party }, says: ['accept'] }
  spent.add(name)
  return { state: 'same', says: glare ? [] : ['busy'] }
}
