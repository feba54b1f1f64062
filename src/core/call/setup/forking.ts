import type { CallEvent } from '../../events.ts'
import { PROTOCOL_VERSION, type Address, type OutgoingMessage, type Party } from '../../protocol/index.ts'
import type { CallMessage, MessageDraft, SessionOutput } from '../outputs.ts'
import type { CallInfo, CallState } from '../state.ts'

/** What a session said, as an event of the call: a letter gets its envelope, a fact the id of the call. */
export function inCall(output: SessionOutput, { callId, remote }: CallInfo): CallEvent {
  if (output.type === 'error') return output
  if (output.type === 'replacing')
    return {
      type: 'command',
      callId,
      epoch: output.epoch - 1,
      command: { type: 'replace', error: output.error },
    }
  if (output.type !== 'send') return { ...output, callId } as CallEvent
  return {
    type: 'send',
    message: { v: PROTOCOL_VERSION, callId, to: remote, ...output.message } as OutgoingMessage,
  }
}

/**
 * Whether a message is one of this call, from its other side: of the same call id and user, and of the one party that
 * answered, as soon as one has.
 */
export function concerns(message: CallMessage, call: CallInfo): boolean {
  const { party } = call.remote
  return isOfUser(message, call) && (party === undefined || message.from.party === party)
}

/** Whether a message of this call comes from a party of the callee that does not have the call. */
export function isOfOtherParty(message: CallMessage, call: CallInfo): boolean {
  const { party } = call.remote
  return (
    call.role === 'caller' && isOfUser(message, call) && party !== undefined && message.from.party !== party
  )
}

function isOfUser({ callId, from }: CallMessage, call: CallInfo): boolean {
  return callId === call.callId && from.user === call.remote.user
}

/** What the caller has said to whoever may answer, and who has made contact. */
export interface Forking {
  readonly contacts: readonly Party[]
  /** The descriptions and candidates of the present peer connection, for those who make contact later. */
  readonly kept: readonly MessageDraft[]
  /** The party that has the call. */
  readonly taken: Party | undefined
  /** What the last output led to. */
  readonly outputs: readonly SessionOutput[]
}

export const notForked: Forking = { contacts: [], kept: [], taken: undefined, outputs: [] }

const forWhoeverAnswers = ['offer', 'candidates', 'answer', 'renegotiate']

/**
 * Addresses what a session says while its call is one of a user, before the answer, to the parties of that user: an invite
 * goes to the user, a cancel to everybody, and what describes the peer connection to every party that has made contact,
 * now or later.
 */
export function fork(mailing: Forking, output: SessionOutput, call: CallState): Forking {
  if (call.phase === 'idle') return { ...mailing, outputs: [] }
  if (output.type === 'remote-ringing' || (output.type === 'answered' && output.by === 'remote'))
    return meet(mailing, output)
  if (output.type === 'peer-opened')
    return { ...mailing, kept: ofEpoch(mailing, output.epoch), outputs: [output] }
  if (output.type !== 'send') return { ...mailing, outputs: [output] }
  const { message } = output
  const { toOthersThan, ...letter } = message
  if (toOthersThan !== undefined) {
    const others = mailing.contacts.filter(({ party }) => party !== toOthersThan)
    return { ...mailing, outputs: others.map((to) => letterTo(letter, to)) }
  }
  if (letter.to !== undefined || call.remote.party !== undefined) return { ...mailing, outputs: [output] }
  if (mailing.taken) return { ...mailing, outputs: [letterTo(letter, mailing.taken)] }
  const toContacts = mailing.contacts.map((to) => letterTo(letter, to))
  if (letter.type === 'cancel') return { ...mailing, outputs: [output, ...toContacts] }
  if (!forWhoeverAnswers.includes(letter.type)) return { ...mailing, outputs: [output] }
  return { ...mailing, kept: [...ofEpoch(mailing, letter.epoch), letter], outputs: toContacts }
}

const ofEpoch = ({ kept }: Forking, epoch: number | undefined): readonly MessageDraft[] =>
  kept.filter((letter) => letter.epoch === epoch)

function meet(
  mailing: Forking,
  output: Extract<SessionOutput, { readonly type: 'remote-ringing' | 'answered'; readonly remote: Party }>,
): Forking {
  const { remote } = output
  const isKnown = mailing.contacts.some(({ party }) => party === remote.party)
  return {
    ...mailing,
    contacts: isKnown ? mailing.contacts : [...mailing.contacts, remote],
    taken: output.type === 'answered' ? remote : mailing.taken,
    outputs: [output, ...(isKnown ? [] : mailing.kept.map((letter) => letterTo(letter, remote)))],
  }
}

const letterTo = (letter: MessageDraft, to: Address): SessionOutput => ({
  type: 'send',
  message: { ...letter, to },
})
