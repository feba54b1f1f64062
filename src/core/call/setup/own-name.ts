import { CallError } from '../../errors.ts'
import type { CallEvent, ConnectionState } from '../../events.ts'
import { nameKey } from '../../protocol/index.ts'
import type { CallState } from '../state.ts'
import { cancelEverywhere } from './forking.ts'

/** Whether `user` is this client's own name, in any spelling. `false` while that name is unknown. */
export function isOwnName(user: string, connection: ConnectionState): boolean {
  const own = ownNameOf(connection)
  return own !== undefined && nameKey(own) === nameKey(user)
}

/**
 * Ends an outgoing call that turns out to be to this client's own user. Such a call can begin, because only the relay
 * knows whose token this is until the client is online.
 */
export function recognizeItself(connection: ConnectionState, call: CallState, at: number): CallEvent[] {
  if (call.phase !== 'calling' || !isOwnName(call.remote.user, connection)) return []
  const { callId } = call
  return [
    // First, while the channels of that call are open.
    ...cancelEverywhere(call, 'cancelled'),
    { type: 'ended', callId, at, reason: 'failed', by: 'local', error: callsItself().with({ callId }) },
  ]
}

export const callsItself = () => new CallError('invalid-name', 'this is your own name; call somebody else')

function ownNameOf(connection: ConnectionState): string | undefined {
  if (connection.status === 'online') return connection.self.user
  return connection.status === 'connecting' ? connection.user : undefined
}
