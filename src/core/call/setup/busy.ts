import type { CallEvent } from '../../events.ts'
import type { IncomingOf } from '../../protocol/index.ts'
import type { OpenCall } from '../state.ts'
import { isStranger, type Callers } from './callers.ts'
import { dismissed, reply } from './replies.ts'

type Invite = IncomingOf<'invite'>

/**
 * What an invite from a third party may do about the open call: get `busy`, wait, or take over. A ringing stranger
 * yields to a caller whom this client has spoken to, and another stranger waits for its turn. Otherwise one stranger
 * could keep everybody else at `busy`.
 */
export function claimOf({ from }: Invite, call: OpenCall, callers: Callers): 'busy' | 'waits' | 'takes-over' {
  if (call.phase !== 'ringing' || !isStranger(callers, call.remote.user)) return 'busy'
  return isStranger(callers, from.user) ? 'waits' : 'takes-over'
}

/** Answers `busy`. The same invite does not ring when it is repeated. */
export const busy = (invite: Invite): CallEvent[] => [
  dismissed(invite),
  { type: 'send', message: reply(invite, 'busy') },
]

/** Stops the ringing of a stranger's call, as if its time were up: the stranger does not learn why. */
export const takenOver = ({ callId }: OpenCall, at: number): CallEvent[] => [
  { type: 'ended', callId, at, reason: 'no-answer', by: 'local' },
]
