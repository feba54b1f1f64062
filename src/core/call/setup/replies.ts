import type { CallEvent } from '../../events.ts'
import { commonFeatures, featuresKey, PROTOCOL_VERSION } from '../../protocol/index.ts'
import type { FeatureId, IncomingMessage, IncomingOf, OutgoingMessage } from '../../protocol/index.ts'

/** The reply to a message of a call that this client is not in, or will not be in. */
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

/**
 * Lets the caller of `invite` hear it ring, although nothing is shown here. The call is not dismissed, so what the
 * caller sends is acknowledged as usual. To the caller it is a phone that nobody answers.
 */
export function ringUnheard(
  { callId, from, body }: IncomingOf<'invite'>,
  named: readonly FeatureId[],
): CallEvent {
  const shared = featuresKey(commonFeatures(named, body.features))
  return {
    type: 'send',
    message: { v: PROTOCOL_VERSION, type: 'ringing', callId, to: from, body: shared },
  }
}
