import { describe, expect, it } from 'vitest'
import {
  replyToStray,
  strayReply,
  type StrayStanding,
} from '../../../../src/core/call/setup/stray-messages.ts'
import type { IncomingMessage, MessageType } from '../../../../src/core/index.ts'
import { incoming } from '../../support/messages.ts'
import { audioAndVideo as media, bob, callId } from '../../support/parties.ts'

const strays = {
  invite: incoming('invite', { media }),
  ringing: incoming('ringing', {}),
  accept: incoming('accept', {}),
  answer: incoming('answer', { sdp: 'sdp' }),
  renegotiate: incoming('renegotiate', {}),
  offer: incoming('offer', { sdp: 'sdp' }),
  candidates: incoming('candidates', { list: [] }),
  select: incoming('select', {}),
  cancel: incoming('cancel', { reason: 'cancelled' }),
  'hang-up': incoming('hang-up', { reason: 'hung-up' }),
  decline: incoming('decline', {}),
  busy: incoming('busy', {}),
  resume: incoming('resume', { lastSeq: 3 }),
  ack: incoming('ack', { seq: 3 }),
  gone: incoming('gone', {}),
} satisfies Record<MessageType, IncomingMessage>
const types = Object.keys(strays) as MessageType[]
const standings: readonly StrayStanding[] = ['unknown', 'over', 'elsewhere']

/** The types of message that get this reply. */
const replied = (reply: string, standing: StrayStanding, delivered: boolean) =>
  types.filter((type) => strayReply(type, standing, delivered) === reply)

describe('a stray message that a channel delivered', () => {
  it('is buffered for its invite if a caller sent it and its call is unknown', () => {
    expect(replied('keep', 'unknown', true)).toEqual(['offer', 'candidates', 'select'])
    expect(replied('keep', 'over', true)).toEqual([])
  })

  it.each(['unknown', 'over'] as const)(
    'prevents its invite from ringing if it ends the call: %s',
    (standing) => {
      expect(replied('dismiss', standing, true)).toEqual(['cancel', 'hang-up'])
    },
  )

  it.each(['unknown', 'over'] as const)('is answered with "gone" if its sender waits: %s', (standing) => {
    expect(replied('gone', standing, true)).toEqual(['ringing', 'accept', 'answer', 'renegotiate'])
  })

  it('stops a device that rings after another one has the call', () => {
    expect(replied('answered-elsewhere', 'elsewhere', true)).toEqual(['ringing', 'accept'])
  })
})

describe('a stray message without a channel', () => {
  const reply = (type: MessageType, standing: StrayStanding) =>
    replyToStray({ ...strays[type], seq: 7 }, standing)?.type

  it.each(['over', 'elsewhere'] as const)('is acknowledged if it ends the call: %s', (standing) => {
    const acked = types.filter((type) => reply(type, standing) === 'ack')
    expect(acked).toEqual(['cancel', 'hang-up', 'decline', 'busy'])
    expect(replyToStray({ ...strays.busy, seq: 7 }, standing)).toEqual({
      v: 1,
      type: 'ack',
      callId,
      to: bob,
      body: { seq: 7 },
    })
  })

  it('gets gone, or answered-elsewhere if another device has the call', () => {
    for (const type of [
      'ringing',
      'accept',
      'offer',
      'answer',
      'candidates',
      'select',
      'renegotiate',
    ] as const) {
      expect(reply(type, 'over')).toBe('gone')
      expect(replyToStray(strays[type], 'elsewhere')).toMatchObject({
        type: 'cancel',
        to: bob,
        body: { reason: 'answered-elsewhere' },
      })
    }
  })

  it.each(standings)('gets gone if it asks to resume: %s', (standing) => {
    expect(reply('resume', standing)).toBe('gone')
  })

  it.each(standings)('is not answered if it is an answer itself: %s', (standing) => {
    expect(reply('ack', standing)).toBeUndefined()
    expect(reply('gone', standing)).toBeUndefined()
  })
})
