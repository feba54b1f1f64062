import type { CallAction, ClientState, ConnectionState, IncomingOf } from '../../../core/index.ts'
import { isOpen } from '../../../core/index.ts'
import { ends, endMessages, refusal, unchanged, type ExpectedOutcome } from './expected-outcome.ts'

/** The required outcome of a user's action. `ignoredOf` returns the ignored call of a user. */
export function expectedOfAction(
  action: CallAction,
  { call, connection }: ClientState,
  ignoredOf: (user: string) => IncomingOf<'invite'> | undefined,
): ExpectedOutcome | undefined {
  switch (action.type) {
    case 'call':
      if (isOpen(call)) return refusal('already-in-call')
      if (action.user === ownName(connection)) return refusal('invalid-name')
      return expectedOfCall(action.user, ignoredOf(action.user))
    case 'accept':
      return call.phase === 'ringing'
        ? { state: { phase: 'connecting', callId: call.callId }, says: ['accept'] }
        : refusal('not-ringing')
    case 'decline':
      return call.phase === 'ringing' ? ends('declined', 'local', ['decline']) : refusal('not-ringing')
    case 'hang-up':
      if (!isOpen(call)) return refusal('not-in-call')
      if (call.phase === 'ringing') return ends('declined', 'local', ['decline'])
      return ends(call.phase === 'calling' ? 'cancelled' : 'hung-up', 'local', endMessages(call))
    case 'mute':
    case 'media':
    case 'hold':
    case 'send':
      return isOpen(call) ? unchanged : refusal('not-in-call')
    case 'measure':
    case 'report-quality':
    case 'limit-sending':
      // Programs make these, even while the client handles something else, whose outcome is what counts.
      return undefined
    case 'close':
      if (!isOpen(call)) return unchanged
      return ends(call.phase === 'calling' ? 'cancelled' : 'hung-up', 'local', endMessages(call, true))
  }
}

/** Calling a user whose call is being ignored accepts that call, as in glare. */
function expectedOfCall(user: string, ignored: IncomingOf<'invite'> | undefined): ExpectedOutcome {
  const state = ignored
    ? { phase: 'connecting' as const, callId: ignored.callId, party: ignored.from.party }
    : { phase: 'calling' as const, user }
  return { state, says: undefined }
}

function ownName(connection: ConnectionState): string | undefined {
  if (connection.status === 'online') return connection.self.user
  return connection.status === 'connecting' ? connection.user : undefined
}
