import { hasEnded } from './call/setup/ended-calls.ts'
import { isOpen, type OpenCall } from './call/state.ts'
import type { ClientState } from './client-state.ts'
import type { CallsView, OpenCallView } from './transport/calls-view.ts'

/** What a client's transport needs to know about its calls. */
export function callsView({ call, endedCalls }: Pick<ClientState, 'call' | 'endedCalls'>): CallsView {
  return {
    open: isOpen(call) ? openCallView(call) : undefined,
    hasEnded: (callId, user) => hasEnded(endedCalls, callId, user),
  }
}

function openCallView(call: OpenCall): OpenCallView {
  const { callId, remote, phase } = call
  return {
    callId,
    user: remote.user,
    party: remote.party,
    contacts: phase === 'calling' ? call.contacts.map(({ party }) => party) : [],
    isRinging: phase === 'ringing',
  }
}
