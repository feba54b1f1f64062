import type { IncomingMessage } from '../../protocol/index.ts'

/** Messages of calls that are still unknown: the network may deliver them before their invite. */
export type EarlyMessages = readonly { readonly message: IncomingMessage; readonly at: number }[]

/** How many are kept per party, and in total. */
const MAX_OF_PARTY = 30
const MAX = 8 * MAX_OF_PARTY
/** How long each one is kept, in milliseconds. */
export const KEPT_MS = 60_000

/** Adds a message to `early` if there is room for it, and drops those that are too old. */
export function keepEarly(early: EarlyMessages, message: IncomingMessage, now: number): EarlyMessages {
  const kept = early.filter(({ at }) => now - at < KEPT_MS)
  const ofParty = kept.filter((each) => isOfSender(each.message, message))
  return kept.length < MAX && ofParty.length < MAX_OF_PARTY ? [...kept, { message, at: now }] : kept
}

/** Returns the messages that overtook this invite, in order, and the rest. */
export function takeEarly(
  early: EarlyMessages,
  invite: IncomingMessage,
  now: number,
): { readonly taken: readonly IncomingMessage[]; readonly rest: EarlyMessages } {
  const isItsOwn = ({ message }: EarlyMessages[number]) =>
    message.callId === invite.callId && isOfSender(message, invite)
  return {
    taken: early.filter((each) => isItsOwn(each) && now - each.at < KEPT_MS).map(({ message }) => message),
    rest: early.filter((each) => !isItsOwn(each)),
  }
}

const isOfSender = (one: IncomingMessage, other: IncomingMessage): boolean =>
  one.from.user === other.from.user && one.from.party === other.from.party
