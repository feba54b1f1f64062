import { CallError } from '../../errors.ts'
import type { CallEvent, ConnectionState } from '../../events.ts'
import { nameKey } from '../../protocol/index.ts'
import { everybodyRung, stop } from './incoming-invite.ts'
import type { CallState } from '../state.ts'

/** Whether `user` is the name of this client, however it is spelled, as far as the name is known. */
export function isOwnName(user: string, connection: ConnectionState): boolean {
  const own = ownNameOf(connection)
  return own !== undefined && nameKey(own) === nameKey(user)
}

/**
 * Ends an outgoing call that turns out to be to this user. Before the client is online only the relay knows who its token is for, so
 * such a call may have begun.
 */
export function recognizeItself(connection: ConnectionState, call: CallState): CallEvent[] {
  if (call.phase !== 'calling' || !isOwnName(call.remote.user, connection)) return []
  const { callId } = call
  return [
    // First, while the channels of that call are open.
    ...everybodyRung(call).map((to): CallEvent => ({
      type: 'send',
      message: stop(callId, to, 'cancelled'),
    })),
    { type: 'ended', callId, reason: 'failed', by: 'local', error: callsItself() },
  ]
}

export const callsItself = () => new CallError('invalid-name', 'this is your own name; call somebody else')

function ownNameOf(connection: ConnectionState): string | undefined {
  if (connection.status === 'online') return connection.self.user
  return connection.status === 'connecting' ? connection.user : undefined
}
