import { merge, of, type Observable } from 'rxjs'
import type { CallEvent } from '../../events.ts'
import type { Env } from '../../ports/index.ts'
import { commonFeatures, featuresKey, type FeatureId, type IncomingOf } from '../../protocol/index.ts'
import { send, type CallOutput } from '../outputs.ts'
import type { Calling } from '../state.ts'
import { selected, type CalleeSources } from './callee.ts'
import { cancelEverywhere } from './forking.ts'
import { dismissed } from './replies.ts'

type Invite = IncomingOf<'invite'>

/**
 * Decides glare: both users call each other, and `invite` arrives while this side is calling its sender. The call with
 * the lower id, in byte order, survives. Both sides know both ids, so they decide alike without another message. A call
 * whose invite has not been sent always yields, because the other side cannot know its id.
 *
 * To yield, this side cancels its own call wherever it may ring and emits `yielded`: the call continues under the id
 * of the invite, with this side as the callee (see {@link acceptGlare}). Otherwise it dismisses the invite, because
 * the other side yields. `features` are those that this side names.
 */
export function resolveGlare(
  invite: Invite,
  call: Calling,
  features: readonly FeatureId[] = [],
): CallEvent[] {
  const { callId, from, body } = invite
  const yields = call.progress === 'capturing' || callId < call.callId
  if (!yields) return [dismissed(invite)]
  return [
    // First, while the channels of our call are open.
    ...cancelEverywhere(call, 'answered-elsewhere'),
    {
      type: 'yielded',
      callId: call.callId,
      to: callId,
      remote: from,
      ...featuresKey(commonFeatures(features, body.features)),
    },
  ]
}

/**
 * The callee's side of call setup after losing glare. Sends `accept` at once, because its user wants the call as
 * well. If it has features to name, it sends a `ringing` with them first. Emits `selected` when the caller gives it
 * the call.
 *
 * @example
 * acceptGlare({ message$ }, env) // sends `accept` at once
 */
export function acceptGlare(
  { message$, features = [] }: Pick<CalleeSources, 'message$' | 'features'>,
  env: Env,
): Observable<CallOutput> {
  const named = features.length === 0 ? [] : [send('ringing', featuresKey(features))]
  return merge(of(...named, send('accept', {})), selected({ message$ }, env))
}
