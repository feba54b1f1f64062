import type { CallEvent } from '../../events.ts'
import { PROTOCOL_VERSION, type IncomingMessage, type OutgoingMessage } from '../../protocol/index.ts'

/** The answer to a message of a call that this client is not in, or will not be in. */
export const reply = ({ callId, from }: IncomingMessage, type: 'busy' | 'gone'): OutgoingMessage => ({
  v: PROTOCOL_VERSION,
  type,
  callId,
  to: from,
  body: {},
})

/** The call of `message` must not ring, now or when its invite is repeated. */
export const dismissed = ({ callId, from }: IncomingMessage): CallEvent => ({
  type: 'dismissed',
  invite: { callId, user: from.user },
})
