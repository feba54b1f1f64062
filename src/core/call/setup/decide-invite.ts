import type { ClientState } from '../../client-state.ts'
import type { CallEvent } from '../../events.ts'
import { commonFeatures, featuresKey, PROTOCOL_VERSION } from '../../protocol/index.ts'
import type { FeatureId, IncomingOf, OutgoingMessage } from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { isOpen, type CallState, type Connected, type Connecting, type OpenCall } from '../state.ts'
import type { Reconnecting } from '../state.ts'
import { busy, claimOf, takenOver } from './busy.ts'
import { isStranger, mayRing, type Callers, type CallersSettings } from './callers.ts'
import { hasEnded } from './ended-calls.ts'
import { resolveGlare } from './glare.ts'
import { dismissed, reply } from './replies.ts'

type Invite = IncomingOf<'invite'>
type AnsweredCall = Connecting | Connected | Reconnecting

export type InviteSettings = CallersSettings & Pick<CallSettings, 'minRingMs' | 'ringMs'>

export interface InviteContext {
  readonly client: Pick<ClientState, 'call' | 'endedCalls' | 'unavailable'>
  readonly callers: Callers
  readonly settings: InviteSettings
  readonly now: number
  /** The features that this side names; none by default. */
  readonly features?: readonly FeatureId[]
  /** Whether the port `callers` answered `busy`. */
  readonly isBusy?: boolean
  /** Whether nothing arrives over the open call's connection, once that has been observed for {@link isSecondInvite}. */
  readonly isSilent?: boolean | undefined
}

/**
 * Decides what an invite leads to: it rings, makes this side's call yield, gets `busy`, is dismissed without an answer,
 * or is ignored for now. Pure. An ignored invite is decided again when it is repeated.
 */
export function decideInvite(invite: Invite, context: InviteContext): CallEvent[] {
  const { client, callers, settings } = context
  const { callId, from, body } = invite
  const { call } = client
  if (isSpent(invite, client)) return []
  // Otherwise it would ring, and fail once it is accepted. Another device of this user may still take it.
  if (client.unavailable)
    return [
      dismissed(invite),
      { type: 'send', message: reply(invite, 'gone') },
      { type: 'error', error: client.unavailable },
    ]
  if (context.isBusy) return busy(invite)
  const claim = isOpen(call) && call.remote.user !== from.user ? claimOf(invite, call, callers) : 'free'
  if (claim === 'busy') return busy(invite)
  if (claim === 'waits') return []
  const left = timeLeft(invite, settings)
  if (left < settings.minRingMs) return [dismissed(invite)]
  if (call.phase === 'calling') return resolveGlare(invite, call, context.features)
  // The device in this call would end it before it calls again, so this invite is old or a duplicate.
  if (isOpen(call) && call.remote.party === from.party) return []
  if (isSecondInvite(invite, client, settings) && context.isSilent !== true)
    return context.isSilent === undefined ? [] : busy(invite)
  const permission = mayRing(callers, from.user, settings, context.now)
  if (permission !== 'rings') return permission === 'waits' ? [] : [dismissed(invite)]
  const ringMs = isStranger(callers, from.user) ? Math.min(left, settings.strangerRingMs) : left
  const shared = featuresKey(commonFeatures(context.features ?? [], body.features))
  const rang: CallEvent = { type: 'incoming', callId, remote: from, media: body.media, ringMs, ...shared }
  if (!isOpen(call)) return [rang]
  return [...(claim === 'takes-over' ? takenOver(call, context.now) : replaced(call, context.now)), rang]
}

/**
 * Whether an invite comes from another party of the user in the answered call: a reloaded page, a second device, or a
 * stranger who took the user's name while the relay was down. Only the call's connection can tell which.
 */
export function isSecondInvite(
  invite: Invite,
  client: Pick<ClientState, 'call' | 'endedCalls'>,
  settings: InviteSettings,
): boolean {
  const { call } = client
  return (
    isAnswered(call) &&
    call.remote.user === invite.from.user &&
    call.remote.party !== invite.from.party &&
    !isSpent(invite, client) &&
    timeLeft(invite, settings) >= settings.minRingMs
  )
}

const isAnswered = (call: CallState): call is AnsweredCall =>
  call.phase === 'connecting' || call.phase === 'connected' || call.phase === 'reconnecting'

/** Whether the call of the invite is open or over, or was dismissed. */
export const isSpent = (
  { callId, from }: Invite,
  { call, endedCalls }: Pick<ClientState, 'call' | 'endedCalls'>,
): boolean => hasEnded(endedCalls, callId, from.user) || (isOpen(call) && call.callId === callId)

const timeLeft = ({ ttlMs, ageMs }: Invite, { ringMs }: InviteSettings): number => (ttlMs ?? ringMs) - ageMs

/** Ends the open call because its other side calls again, for example after a reload. */
function replaced(call: OpenCall, at: number): CallEvent[] {
  const { callId, remote } = call
  const endMessage: OutgoingMessage =
    call.phase === 'ringing'
      ? { v: PROTOCOL_VERSION, type: 'busy', callId, to: remote, body: {} }
      : { v: PROTOCOL_VERSION, type: 'hang-up', callId, to: remote, body: { reason: 'hung-up' } }
  const reason = call.phase === 'ringing' ? 'cancelled' : 'hung-up'
  return [
    { type: 'send', message: endMessage },
    { type: 'ended', callId, at, reason, by: 'remote' },
  ]
}
