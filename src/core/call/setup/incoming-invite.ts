import type { CallEvent } from '../../events.ts'
import type { ClientState } from '../../client-state.ts'
import { PROTOCOL_VERSION } from '../../protocol/index.ts'
import type {
  Address,
  CancelReason,
  IncomingMessage,
  IncomingOf,
  OutgoingMessage,
} from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { isStranger, mayRing, type Callers, type CallersSettings } from './callers.ts'
import { isOpen, type Calling, type CallState, type Connected, type Connecting } from '../state.ts'
import type { OpenCall, Reconnecting } from '../state.ts'
import { hasEnded } from './ended-calls.ts'

type Invite = IncomingOf<'invite'>
type AnsweredCall = Connecting | Connected | Reconnecting

export type InviteSettings = CallersSettings & Pick<CallSettings, 'minRingMs' | 'ringMs'>

export interface InviteContext {
  readonly model: Pick<ClientState, 'call' | 'endedCalls' | 'unavailable'>
  readonly callers: Callers
  readonly settings: InviteSettings
  readonly now: number
  /** Whether nothing arrives over the open call's connection, once that has been observed for {@link isSecondInvite}. */
  readonly isSilent?: boolean | undefined
}

/**
 * What an invite leads to: it rings, has this side's call yield, is answered with `busy`, is dismissed without an answer, or is
 * left alone. An invite that is left alone is decided again when it comes again.
 */
export function answerInvite(invite: Invite, context: InviteContext): CallEvent[] {
  const { model, callers, settings } = context
  const { callId, from, body } = invite
  const { call } = model
  if (isSpent(invite, model)) return []
  // Otherwise it would ring, and fail once it is accepted. Another device of this user may still take it.
  if (model.unavailable)
    return [
      dismissed(invite),
      { type: 'send', message: reply(invite, 'gone') },
      { type: 'error', error: model.unavailable },
    ]
  const claim = isOpen(call) && call.remote.user !== from.user ? claimOf(invite, call, callers) : 'free'
  if (claim === 'busy') return busy(invite)
  if (claim === 'waits') return []
  const left = timeLeft(invite, settings)
  if (left < settings.minRingMs) return [dismissed(invite)]
  if (call.phase === 'calling' && claim === 'free') {
    const yields = call.progress === 'capturing' || callId < call.callId
    return yields ? yieldTo(invite, call) : [dismissed(invite)]
  }
  // The very device that this call is with says so first if it has left it. Its invite is an old one, or comes again.
  if (isOpen(call) && call.remote.party === from.party) return []
  if (isSecondInvite(invite, model, settings) && context.isSilent !== true)
    return context.isSilent === undefined ? [] : busy(invite)
  const permission = mayRing(callers, from.user, settings, context.now)
  if (permission !== 'rings') return permission === 'waits' ? [] : [dismissed(invite)]
  const ringMs = isStranger(callers, from.user) ? Math.min(left, settings.strangerRingMs) : left
  const rang: CallEvent = { type: 'incoming', callId, remote: from, media: body.media, ringMs }
  if (!isOpen(call)) return [rang]
  return [...(claim === 'takes-over' ? displaced(call) : replaced(call)), rang]
}

/**
 * Whether an invite comes from another party of the user with whom the open call was answered: a page that was reloaded, a second
 * device, or a stranger who took the user's name while the relay was away. Only the call's connection can tell.
 */
export function isSecondInvite(
  invite: Invite,
  model: Pick<ClientState, 'call' | 'endedCalls'>,
  settings: InviteSettings,
): boolean {
  const { call } = model
  return (
    isAnswered(call) &&
    call.remote.user === invite.from.user &&
    call.remote.party !== invite.from.party &&
    !isSpent(invite, model) &&
    timeLeft(invite, settings) >= settings.minRingMs
  )
}

const isAnswered = (call: CallState): call is AnsweredCall =>
  call.phase === 'connecting' || call.phase === 'connected' || call.phase === 'reconnecting'

/** The invite is of a call that is over or open, or was dismissed. */
const isSpent = (
  { callId, from }: Invite,
  { call, endedCalls }: Pick<ClientState, 'call' | 'endedCalls'>,
): boolean => hasEnded(endedCalls, callId, from.user) || (isOpen(call) && call.callId === callId)

const timeLeft = ({ ttlMs, ageMs }: Invite, { ringMs }: InviteSettings): number => (ttlMs ?? ringMs) - ageMs

/**
 * What an invite of a third party may do about the open call. While a stranger rings, a caller whom this client has spoken to takes
 * over, and another stranger waits for its turn: otherwise one stranger keeps everybody else at `busy`.
 */
function claimOf({ from }: Invite, call: OpenCall, callers: Callers): 'busy' | 'waits' | 'takes-over' {
  if (call.phase !== 'ringing' || !isStranger(callers, call.remote.user)) return 'busy'
  return isStranger(callers, from.user) ? 'waits' : 'takes-over'
}

/** Both users call each other, and the call of this side gives way: what rings of it elsewhere stops. */
function yieldTo({ callId, from }: Invite, call: Calling): CallEvent[] {
  return [
    // First, while the channels of that call are open.
    ...everybodyRung(call).map((to): CallEvent => ({
      type: 'send',
      message: stop(call.callId, to, 'answered-elsewhere'),
    })),
    { type: 'yielded', callId: call.callId, to: callId, remote: from },
  ]
}

/** The caller calls again, so the open call is over: its page was reloaded, for example. */
function replaced(call: OpenCall): CallEvent[] {
  const { callId, remote } = call
  const farewell: OutgoingMessage =
    call.phase === 'ringing'
      ? { v: PROTOCOL_VERSION, type: 'busy', callId, to: remote, body: {} }
      : { v: PROTOCOL_VERSION, type: 'hang-up', callId, to: remote, body: { reason: 'hung-up' } }
  const reason = call.phase === 'ringing' ? 'cancelled' : 'hung-up'
  return [
    { type: 'send', message: farewell },
    { type: 'ended', callId, reason, by: 'remote' },
  ]
}

/** The stranger's call rings no longer, as if its time were up: it is not told why. */
const displaced = ({ callId }: OpenCall): CallEvent[] => [
  { type: 'ended', callId, reason: 'no-answer', by: 'local' },
]

/** Whom the invite of a call may have reached: the user, and each device that rings. */
export const everybodyRung = ({ progress, remote, contacts }: Calling): Address[] =>
  progress === 'capturing' ? [] : [{ user: remote.user }, ...contacts]

/** What stops the ringing of a call at `to`. */
export const stop = (callId: string, to: Address, reason: CancelReason): OutgoingMessage => ({
  v: PROTOCOL_VERSION,
  type: 'cancel',
  callId,
  to,
  body: { reason },
})

const busy = (invite: Invite): CallEvent[] => [
  dismissed(invite),
  { type: 'send', message: reply(invite, 'busy') },
]

/** An invite, or whatever else names a call, must not ring any more. */
export const dismissed = ({ callId, from }: IncomingMessage): CallEvent => ({
  type: 'dismissed',
  invite: { callId, user: from.user },
})

export const reply = ({ callId, from }: IncomingMessage, type: 'busy' | 'gone'): OutgoingMessage => ({
  v: PROTOCOL_VERSION,
  type,
  callId,
  to: from,
  body: {},
})
