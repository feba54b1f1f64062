import { expect, it } from 'vitest'
import { IncomingMessage, parse, type CallState, type Party } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import {
  earlyOffer,
  flood,
  forged,
  malformed,
  oldInvite,
  resumes,
  ringsAgain,
  takeover,
} from '../../../src/testing/simulator/injected-messages.ts'

const self: Party = { user: 'alice', party: virtualId(1) }
const invite: IncomingMessage = {
  v: 1,
  type: 'invite',
  callId: virtualId(2),
  to: { user: 'alice' },
  from: { user: 'bob', party: virtualId(3) },
  ageMs: 0,
  body: { media: { audio: true, video: true } },
}
const ringing = {
  phase: 'ringing',
  role: 'callee',
  callId: virtualId(2),
  remote: invite.from,
  media: { audio: true, video: true },
} satisfies CallState
const numbers = Array.from({ length: 40 }, (_, which) => which)

it('makes malformed messages, from nothing and from a real one', () => {
  for (const which of numbers) {
    expect(parse(IncomingMessage, malformed(which, undefined)).ok).toBe(false)
    expect(parse(IncomingMessage, malformed(which, invite)).ok).toBe(false)
  }
})

it('forges well-formed messages of a third party for the open call', () => {
  for (const which of numbers) {
    const message = parse(IncomingMessage, forged(which, self, ringing))
    expect(message).toMatchObject({ ok: true, value: { callId: virtualId(2), from: { user: 'mallory' } } })
  }
})

it('sends a resume from every ringing device, or from the one that has the call', () => {
  const devices: Party[] = [4, 5].map((party) => ({ user: 'bob', party: virtualId(party) }))
  const { callId, media } = ringing
  const calling: CallState = {
    phase: 'calling',
    progress: 'ringing',
    role: 'caller',
    callId,
    media,
    remote: { user: 'bob' },
    contacts: devices,
  }
  const from = (call: CallState) =>
    resumes(self, call).map((message) => {
      const parsed = parse(IncomingMessage, message)
      return (
        parsed.ok && parsed.value.type === 'resume' && parsed.value.body.lastSeq === 0 && parsed.value.from
      )
    })
  expect(from(calling)).toEqual(devices)
  expect(from(ringing)).toEqual([invite.from])
  expect(from({ phase: 'idle' })).toEqual([])
})

it('forges nothing without an open call', () => {
  expect(forged(0, self, { phase: 'idle' })).toBeUndefined()
})

it('makes invites of any age, each with another call id', () => {
  const message = parse(IncomingMessage, oldInvite(1, self, 57_000))
  expect(message).toMatchObject({ ok: true, value: { type: 'invite', ageMs: 57_000, ttlMs: 60_000 } })
  expect(oldInvite(1, self, 0)).not.toEqual(oldInvite(2, self, 0))
})

it('makes the offer that belongs to an invite', () => {
  const offer = parse(IncomingMessage, earlyOffer(1, self))
  const call = parse(IncomingMessage, oldInvite(1, self, 0))
  expect(offer).toMatchObject({
    ok: true,
    value: { type: 'offer', seq: 1, callId: call.ok && call.value.callId },
  })
})

it('floods a client with well-formed messages, each with another call id', () => {
  const messages = flood(1, self).map((message) => parse(IncomingMessage, message))
  expect(messages.every(({ ok }) => ok)).toBe(true)
  expect(new Set(messages.map((message) => message.ok && message.value.callId)).size).toBe(150)
  expect(new Set(messages.map((message) => message.ok && message.value.from.user)).size).toBe(3)
})

it('floods from a single user every third time', () => {
  const messages = flood(3, self).map((message) => parse(IncomingMessage, message))
  expect(messages).toHaveLength(50)
  expect(new Set(messages.map((message) => message.ok && message.value.from.user)).size).toBe(1)
})

it('makes a stranger call repeatedly, cancelling each call for the next', () => {
  const parsed = [0, 1].flatMap((place) =>
    ringsAgain(7, place, self).map((message) => parse(IncomingMessage, message)),
  )
  const callIds = parsed.map((message) => message.ok && message.value.callId)
  expect(parsed).toMatchObject(
    ['invite', 'cancel', 'invite'].map((type) => ({ ok: true, value: { type, from: { user: 'mallory' } } })),
  )
  expect(callIds[0]).toBe(callIds[1])
  expect(callIds[2]).not.toBe(callIds[0])
})

it('makes another party call under the name of the remote user', () => {
  const message = parse(IncomingMessage, takeover(1, self, ringing))
  expect(message).toMatchObject({ ok: true, value: { type: 'invite', from: { user: 'bob' } } })
  expect(message.ok && message.value.from.party).not.toBe(invite.from.party)
  expect(message.ok && message.value.callId).not.toBe(ringing.callId)
  expect(takeover(1, self, { phase: 'idle' })).toBeUndefined()
})
