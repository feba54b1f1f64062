import {
  defaultSettings,
  isOpen,
  type CallState,
  type IncomingMessage,
  type IncomingOf,
  type MessageType,
  type OpenCall,
} from '../../../core/index.ts'
import type { SimulatedVerdict } from '../scenario.ts'
import type { CallerHistory } from './caller-history.ts'
import { ends, endMessages, unchanged, type ExpectedOutcome } from './expected-outcome.ts'
import { isExempt, type AskedInvite } from './obeys-callers.ts'

/** The invites that must not ring, by call id, and by call id and user. */
export type Spent = Set<string>

export interface Known {
  /** Messages add what they use up. */
  readonly spent: Spent
  /** The peers are connected, perhaps before the accept arrives. */
  readonly isUp: boolean
  readonly callers: CallerHistory
  /** In milliseconds of the world. */
  readonly now: number
  /** The features that this client may name. */
  readonly features: readonly string[]
  /** The devices that were too late for a call, by call id and party. Messages add to them. */
  readonly late: Set<string>
  /** The verdict of its port `callers` on a user. */
  readonly verdictOn: (user: string) => SimulatedVerdict
  /** The invites that the port was asked about. A new question is added. */
  readonly asked: AskedInvite[]
}

/** The required outcome of a message. */
export function expectedOfMessage(message: IncomingMessage, call: CallState, known: Known): ExpectedOutcome {
  const { spent, isUp } = known
  if (message.type === 'invite') return expectedOfInvite(message, call, known)
  const open = isOpen(call)
  if (!open || call.callId !== message.callId) {
    if (message.type === 'cancel' || message.type === 'hang-up')
      spent.add(`${message.callId} ${message.from.user}`)
    // A client that continues a call that has ended or yielded gets an answer.
    return asking.includes(message.type) ? { state: 'same', says: ['gone'] } : unchanged
  }
  if (isOfOtherSide(message, call)) return expectedOfOtherSide(message, call, isUp)
  const isLate =
    call.role === 'caller' && call.remote.party !== undefined && message.from.user === call.remote.user
  if (!isLate || (message.type !== 'ringing' && message.type !== 'accept')) return unchanged
  // Once for each device: a channel repeats the answer if it is lost.
  const late = `${call.callId} ${message.from.party}`
  if (known.late.has(late)) return unchanged
  known.late.add(late)
  return { state: 'same', says: ['cancel'] }
}

const asking: readonly MessageType[] = ['ringing', 'accept', 'answer', 'renegotiate']

function isOfOtherSide({ callId, from }: IncomingMessage, { callId: ours, remote }: OpenCall): boolean {
  if (callId !== ours || from.user !== remote.user) return false
  return remote.party === undefined || remote.party === from.party
}

function expectedOfOtherSide(message: IncomingMessage, call: OpenCall, isUp: boolean): ExpectedOutcome {
  switch (message.type) {
    case 'accept':
      if (call.phase !== 'calling') return unchanged
      return {
        state: { phase: isUp ? 'connected' : 'connecting', callId: call.callId, party: message.from.party },
        says: ['select', ...cancels(call, message.from.party)],
      }
    case 'select':
      if (call.phase !== 'connecting' || call.selected) return unchanged
      return {
        state: { phase: call.peerConnected ? 'connected' : 'connecting', callId: call.callId },
        says: [],
      }
    case 'ringing':
      return call.phase === 'calling' && !call.contacts.some(({ party }) => party === message.from.party)
        ? { state: { phase: 'calling', callId: call.callId }, says: [] }
        : unchanged
    case 'decline':
      return ends('declined', 'remote', cancels(call, message.from.party))
    case 'busy':
      return call.phase === 'calling' ? unchanged : ends('busy', 'remote')
    case 'gone':
      if (call.phase === 'calling') return unchanged
      return ends(call.phase === 'ringing' ? 'cancelled' : 'hung-up', 'remote')
    case 'cancel':
    case 'hang-up':
      return ends(message.body.reason, 'remote')
    default:
      return unchanged
  }
}

/** All ringing devices but one are told that another device has the call. */
function cancels(call: OpenCall, except: string): MessageType[] {
  return call.phase === 'calling'
    ? call.contacts.flatMap(({ party }) => (party === except ? [] : ['cancel']))
    : []
}

/** An invite rings only if the port allows it. An ignored caller hears it ring. */
function expectedOfInvite(invite: IncomingOf<'invite'>, call: CallState, known: Known): ExpectedOutcome {
  const { callId, from } = invite
  const { spent, asked, verdictOn, now } = known
  const name = `${callId} ${from.user}`
  if (spent.has(callId) || spent.has(name)) return unchanged
  if (isOpen(call) && call.callId === callId) return unchanged
  if (isExempt(call, from.user)) return expectedOfAdmitted(invite, call, known)
  const verdict = verdictOn(from.user)
  const isNew = !asked.some((each) => each.invite.callId === callId && each.invite.from.user === from.user)
  if (isNew) asked.push({ invite, verdict, at: now })
  switch (verdict) {
    case 'ignore':
      if (!isNew) return unchanged
      if (ignoredLately(asked, now) <= defaultSettings.strangerRings)
        return { state: 'same', says: ['ringing'] }
      spent.add(name)
      return unchanged
    case 'busy':
      spent.add(name)
      return { state: 'same', says: ['busy'] }
    case 'throws': {
      const expected = expectedOfAdmitted(invite, call, known)
      return isNew ? { ...expected, error: 'callers-failed' } : expected
    }
    case 'yes':
      return expectedOfAdmitted(invite, call, known)
  }
}

const ignoredLately = (asked: readonly AskedInvite[], now: number) =>
  asked.filter(({ verdict, at }) => verdict === 'ignore' && now - at < 60_000).length

/** Glare: the call with the lower id wins, and a call that nobody knows of yet yields. */
function expectedOfAdmitted(
  { callId, from, ageMs, ttlMs, body }: IncomingOf<'invite'>,
  call: CallState,
  { spent, callers, now, features }: Known,
): ExpectedOutcome {
  const name = `${callId} ${from.user}`
  const isThirdParty = isOpen(call) && call.remote.user !== from.user
  if (isThirdParty && (call.phase !== 'ringing' || !callers.isStranger(call.remote.user))) {
    spent.add(name)
    return { state: 'same', says: ['busy'] }
  }
  // While a stranger rings, another stranger has to wait, but a friend takes over.
  if (isThirdParty && callers.isStranger(from.user)) return unchanged
  if ((ttlMs ?? defaultSettings.ringMs) - ageMs < defaultSettings.minRingMs) {
    spent.add(name)
    return unchanged
  }
  if (call.phase === 'calling') {
    const shares = (body.features ?? []).some((id) => features.includes(id))
    if (call.progress === 'capturing' || callId < call.callId)
      return {
        state: { phase: 'connecting', callId, user: from.user, party: from.party },
        says: [...endMessages(call), ...(shares ? (['ringing'] as const) : []), 'accept'],
      }
    spent.add(name)
    return unchanged
  }
  if (isOpen(call) && call.remote.party === from.party) return unchanged
  // Whether a caller with a dead call is calling again is not known at once, so another rule checks that.
  if (isOpen(call) && call.phase !== 'ringing') return unchanged
  const permit = callers.admits(from.user, now)
  if (permit === 'never') spent.add(name)
  if (permit !== 'rings') return unchanged
  const farewell: MessageType[] = isOpen(call) && !isThirdParty ? ['busy'] : []
  return {
    state: { phase: 'ringing', callId, user: from.user, party: from.party },
    says: [...farewell, 'ringing'],
  }
}
