import type { MediaRequest } from '../ports/index.ts'
import { featuresKey } from '../protocol/index.ts'
import { isSameMedia } from './media-request.ts'
import { isOpen } from './state.ts'
import type {
  CallFact,
  CallInfo,
  Calling,
  CallState,
  Connected,
  Connecting,
  Ended,
  OpenCall,
} from './state.ts'

/**
 * The state after `fact`. Pure. A fact that is not about the open call, or does not fit the phase, returns the same
 * object.
 *
 * @example
 * reduceCall(ringing, { type: 'answered', callId: ringing.callId, by: 'local', media }).phase // 'connecting'
 */
export function reduceCall(state: CallState, fact: CallFact): CallState {
  if (fact.type === 'outgoing' || fact.type === 'incoming') return isOpen(state) ? state : begin(fact)
  if (!isOpen(state) || state.callId !== fact.callId) return state
  switch (fact.type) {
    case 'yielded':
      return state.phase === 'calling' ? yieldTo(state, fact) : state
    case 'remote-ringing':
      return state.phase === 'calling' && state.progress !== 'capturing' ? contacted(state, fact) : state
    case 'media':
      return fact.media.status === null ? state : sending(state, fact.media.sent)
    case 'answered':
      return answered(state, fact)
    case 'selected':
      return state.phase === 'connecting' && !state.selected
        ? whenReady({ ...state, selected: true }, fact.at)
        : state
    case 'peer-connected':
      if (state.phase === 'reconnecting') return { ...state, phase: 'connected' }
      return state.phase === 'connecting' && !state.peerConnected
        ? whenReady({ ...state, peerConnected: true }, fact.at)
        : state
    case 'interrupted':
      if (state.phase === 'connecting' && state.peerConnected) return { ...state, peerConnected: false }
      return state.phase === 'connected' ? { ...state, phase: 'reconnecting' } : state
    case 'ended':
      return end(state, fact)
  }
}

function begin(fact: Extract<CallFact, { type: 'outgoing' | 'incoming' }>): CallState {
  const { callId, remote, media } = fact
  return fact.type === 'outgoing'
    ? { phase: 'calling', role: 'caller', callId, remote, media, progress: 'capturing', contacts: [] }
    : { phase: 'ringing', role: 'callee', callId, remote, media, ...featuresKey(fact.features) }
}

function answered(state: OpenCall, fact: Extract<CallFact, { type: 'answered' }>): OpenCall {
  if (fact.by === 'local')
    return state.phase === 'ringing' ? connecting({ ...state, media: fact.media }) : state
  if (state.phase !== 'calling') return state
  const features = state.contactFeatures?.[fact.remote.party]
  return {
    ...connecting({ ...state, remote: fact.remote, ...featuresKey(features) }),
    selected: true,
  }
}

function sending(state: OpenCall, media: MediaRequest): OpenCall {
  const now = isSameMedia(state.media, media) ? state : { ...state, media }
  return now.phase === 'calling' && now.progress === 'capturing' ? { ...now, progress: 'inviting' } : now
}

function contacted(
  state: Calling,
  { remote, features }: Extract<CallFact, { type: 'remote-ringing' }>,
): Calling {
  const { contacts, contactFeatures } = state
  if (contacts.some(({ party }) => party === remote.party)) return state
  return {
    ...state,
    progress: 'ringing',
    contacts: [...contacts, remote],
    ...(features && { contactFeatures: { ...contactFeatures, [remote.party]: features } }),
  }
}

function connecting(call: CallInfo): Connecting {
  return { ...info(call), phase: 'connecting', selected: false, peerConnected: false }
}

function yieldTo(
  { media }: Calling,
  { to, remote, features }: Extract<CallFact, { type: 'yielded' }>,
): Connecting {
  return connecting({ callId: to, role: 'callee', remote, media, ...featuresKey(features) })
}

function whenReady(state: Connecting, at: number): Connecting | Connected {
  return state.selected && state.peerConnected ? { ...info(state), phase: 'connected', since: at } : state
}

function end(state: OpenCall, { at, reason, by, error }: Extract<CallFact, { type: 'ended' }>): Ended {
  return {
    ...info(state),
    phase: 'ended',
    at,
    reason,
    by,
    ...(error && { error }),
    ...('since' in state && { since: state.since }),
  }
}

function info({ callId, role, remote, media, features }: CallInfo): CallInfo {
  return { callId, role, remote, media, ...featuresKey(features) }
}
