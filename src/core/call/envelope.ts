import type { CallEvent } from '../events.ts'
import { PROTOCOL_VERSION, type OutgoingMessage } from '../protocol/index.ts'
import type { CallMessage, StageOutput } from './stage.ts'
import type { CallInfo } from './state.ts'

/** What a stage said, as an event of the call: a letter gets its envelope, a fact the id of the call. */
export function inCall(output: StageOutput, { callId, remote }: CallInfo): CallEvent {
  if (output.type === 'error') return output
  if (output.type !== 'send') return { ...output, callId }
  return {
    type: 'send',
    message: { v: PROTOCOL_VERSION, callId, to: remote, ...output.message } as OutgoingMessage,
  }
}

/**
 * Whether a message is one of this call, from its other side: of the same call id and user, and of the one party that
 * answered, as soon as one has.
 */
export function concerns({ callId, from }: CallMessage, call: CallInfo): boolean {
  const { user, party } = call.remote
  return callId === call.callId && from.user === user && (party === undefined || from.party === party)
}
