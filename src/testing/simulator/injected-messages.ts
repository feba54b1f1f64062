import type { CallState, IncomingMessage, Party } from '../../core/index.ts'
import { isOpen } from '../../core/index.ts'
import { virtualId } from '../marbles.ts'

const someone: Party = { user: 'mallory', party: virtualId(0xbad) }
/** Flooders are separate parties, because early messages are bounded for each party, each user, and all together. */
const flooders: readonly Party[] = [
  { user: 'mallory', party: virtualId(0xbad1) },
  { user: 'marvin', party: virtualId(0xbad2) },
  { user: 'magda', party: virtualId(0xbad3) },
]

/** Users without a client in this world. */
export const strangers: readonly string[] = flooders.map(({ user }) => user)

/** Something that is not a message of the protocol, or has one invalid detail. */
export function malformed(which: number, like: IncomingMessage | undefined): unknown {
  const base = like ?? {
    v: 1,
    type: 'hang-up',
    callId: virtualId(1),
    to: { user: 'x' },
    from: someone,
    ageMs: 0,
  }
  const odd: readonly unknown[] = [
    null,
    undefined,
    17,
    'hang-up',
    [],
    [base],
    {},
    { ...base, v: 2 },
    { ...base, type: 'explode' },
    { ...base, callId: 'short' },
    { ...base, callId: undefined },
    { ...base, body: null },
    { ...base, body: { reason: 'because' } },
    { ...base, from: 'alice' },
    { ...base, from: undefined },
    { ...base, ageMs: -1 },
    { ...base, ageMs: 'old' },
    { ...base, extra: true },
    { ...base, type: 'offer', body: { sdp: 'x'.repeat(70_000) } },
    { ...base, type: 'candidates', body: { list: Array.from({ length: 65 }, () => ({ candidate: 'c' })) } },
    { ...base, type: '__proto__', body: {} },
    { ...base, to: { user: ' ' } },
  ]
  return odd[which % odd.length]
}

/** A well-formed message from a third party that names somebody else's call; undefined if there is none. */
export function forged(which: number, self: Party, state: CallState): unknown {
  if (!isOpen(state)) return undefined
  const head = { v: 1, callId: state.callId, to: self, from: someone, ageMs: 0 }
  const messages: readonly unknown[] = [
    { ...head, type: 'hang-up', body: { reason: 'hung-up' } },
    { ...head, type: 'cancel', body: { reason: 'cancelled' } },
    { ...head, type: 'accept', body: {} },
    { ...head, type: 'select', body: {} },
    { ...head, type: 'decline', body: {} },
    { ...head, type: 'busy', body: {} },
    { ...head, type: 'gone', body: {} },
    { ...head, type: 'answer', body: { sdp: 'forged' } },
    { ...head, type: 'offer', body: { sdp: 'forged' } },
    { ...head, type: 'ringing', body: {} },
    { ...head, type: 'invite', body: { media: { audio: true, video: true } } },
  ]
  return messages[which % messages.length]
}

/** Each party of the other user that has made contact asks for everything again, as if nothing had arrived. */
export function resumes(self: Party, call: CallState): unknown[] {
  if (!isOpen(call)) return []
  const { callId, remote } = call
  const parties = call.phase === 'calling' ? call.contacts.map(({ party }) => party) : [remote.party]
  return parties.map((party) => ({
    v: 1,
    type: 'resume',
    callId,
    to: self,
    from: { user: remote.user, party },
    ageMs: 0,
    body: { lastSeq: 0 },
  }))
}

/** An invite from a stranger that was in flight for `ageMs`. */
export function oldInvite(which: number, self: Party, ageMs: number): unknown {
  const body = { media: { audio: true, video: true } }
  const callId = virtualId(0xdead_0000 + which)
  return { v: 1, type: 'invite', callId, to: self, from: someone, ageMs, ttlMs: 60_000, body }
}

/** The n-th invite of a stranger who calls again and again, and the end of the call before. */
export function ringsAgain(which: number, place: number, self: Party): unknown[] {
  const callId = (n: number) => virtualId(0xca11_0000 + which * 256 + n)
  const head = { v: 1, to: self, from: someone, ageMs: 0 }
  const body = { media: { audio: true, video: false } }
  const invite = { ...head, type: 'invite', callId: callId(place), ttlMs: 60_000, body }
  const cancel = { ...head, type: 'cancel', callId: callId(place - 1), body: { reason: 'cancelled' } }
  return place === 0 ? [invite] : [cancel, invite]
}

/** An invite from a party with the name of the open call's other side; undefined if there is no call. */
export function takeover(which: number, self: Party, state: CallState): unknown {
  if (!isOpen(state)) return undefined
  const from: Party = { user: state.remote.user, party: virtualId(0x7a4e) }
  const body = { media: { audio: true, video: true } }
  const callId = virtualId(0x7a4e_0000 + which)
  return { v: 1, type: 'invite', callId, to: self, from, ageMs: 0, ttlMs: 60_000, body }
}

/** The offer of the call that {@link oldInvite} is of. */
export function earlyOffer(which: number, self: Party): unknown {
  const callId = virtualId(0xdead_0000 + which)
  return {
    v: 1,
    type: 'offer',
    callId,
    to: self,
    from: someone,
    ageMs: 0,
    seq: 1,
    body: { sdp: `early ${which}` },
  }
}

/**
 * More messages than a client accepts from strangers at once. They are from several strangers, with more calls than it
 * keeps channels for. Every third time, they are from a single stranger.
 */
export function flood(which: number, self: Party): unknown[] {
  const senders = which % 3 === 0 ? flooders.slice(0, 1) : flooders
  return Array.from({ length: senders.length * 50 }, (_, index) => {
    const callId = virtualId(0xf100_0000 + which * 256 + index)
    return {
      v: 1,
      type: 'candidates',
      callId,
      to: self,
      from: senders[index % senders.length],
      ageMs: 0,
      seq: 1,
      body: { list: [] },
    }
  })
}
