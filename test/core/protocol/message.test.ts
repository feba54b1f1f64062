import { describe, expect, it } from 'vitest'
import {
  IncomingMessage,
  limits,
  OutgoingMessage,
  parse,
  UserName,
  type MessageType,
} from '../../../src/core/index.ts'
import { alice, bob, callId } from '../support/parties.ts'

const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 }

/** The longest name of a feature. */
const longId = 'f'.repeat(limits.feature)

/** For each type of message, every form of body that is right. */
const right: Record<MessageType, unknown[]> = {
  invite: [
    { media: { audio: true, video: true } },
    { media: { audio: false, video: false } },
    { media: { audio: true, video: true }, features: ['captions', 'x', '-'] },
    { media: { audio: true, video: true }, features: Array.from({ length: limits.features }, () => longId) },
  ],
  ringing: [{}, { features: [] }, { features: ['captions'] }],
  offer: [{ sdp: 'v=0' }, { sdp: 's'.repeat(limits.sdp) }],
  answer: [{ sdp: 'v=0' }, { sdp: 'é'.repeat(limits.sdp / 2) }],
  candidates: [
    { list: [candidate] },
    { list: [], end: true },
    { list: [{ candidate: '' }], end: false },
    { list: [{ candidate: 'c', sdpMid: null, sdpMLineIndex: null, usernameFragment: null }] },
    {
      list: [
        { candidate: 'c'.repeat(limits.candidate), sdpMLineIndex: 65_535, usernameFragment: 'f'.repeat(256) },
      ],
    },
    { list: Array.from({ length: limits.batch }, () => candidate) },
  ],
  renegotiate: [{}, { restart: true }, { replace: true }, { restart: false, replace: false }],
  accept: [{}],
  select: [{}],
  decline: [{}],
  busy: [{}],
  cancel: [{ reason: 'cancelled' }, { reason: 'no-answer' }, { reason: 'answered-elsewhere' }],
  'hang-up': [
    { reason: 'hung-up' },
    { reason: 'cancelled' },
    { reason: 'media-error' },
    { reason: 'failed' },
  ],
  ack: [{ seq: 0 }, { seq: Number.MAX_SAFE_INTEGER }],
  resume: [{ lastSeq: 7 }],
  gone: [{}],
}

/** Bodies that are wrong in one place, with that place. */
const wrong: Partial<Record<MessageType, [unknown, string][]>> = {
  invite: [
    [{}, 'body.media'],
    [{ media: null }, 'body.media'],
    [{ media: { audio: true } }, 'body.media.video'],
    [{ media: { audio: 1, video: true } }, 'body.media.audio'],
    [{ media: { audio: true, video: true, screen: true } }, 'body.media'],
    [{ media: { audio: true, video: true }, features: 'captions' }, 'body.features'],
    [{ media: { audio: true, video: true }, features: undefined }, 'body.features'],
    [{ media: { audio: true, video: true }, features: ['captions', `${longId}f`] }, 'body.features.1'],
  ],
  ringing: [
    [{ features: null }, 'body.features'],
    [{ features: Array.from({ length: limits.features + 1 }, () => 'captions') }, 'body.features'],
    ...['', 'Captions', 'captions2', 'cap tions', 'captions\n', 7, null].map((id): [unknown, string] => [
      { features: [id] },
      'body.features.0',
    ]),
  ],
  offer: [
    [{}, 'body.sdp'],
    [{ sdp: '' }, 'body.sdp'],
    [{ sdp: 7 }, 'body.sdp'],
    [{ sdp: 's'.repeat(limits.sdp + 1) }, 'body.sdp'],
    [{ sdp: 'v=0', type: 'offer' }, 'body'],
  ],
  answer: [
    [{ sdp: 'é'.repeat(limits.sdp / 2) + '.' }, 'body.sdp'],
    [{ sdp: null }, 'body.sdp'],
  ],
  candidates: [
    [{}, 'body.list'],
    [{ list: 'c' }, 'body.list'],
    [{ list: Array.from({ length: limits.batch + 1 }, () => candidate) }, 'body.list'],
    [{ list: [null] }, 'body.list.0'],
    [{ list: [candidate, {}] }, 'body.list.1.candidate'],
    [{ list: [{ candidate: 'c'.repeat(limits.candidate + 1) }] }, 'body.list.0.candidate'],
    [{ list: [{ ...candidate, sdpMid: 0 }] }, 'body.list.0.sdpMid'],
    [{ list: [{ ...candidate, sdpMid: 'm'.repeat(65) }] }, 'body.list.0.sdpMid'],
    [{ list: [{ ...candidate, sdpMid: undefined }] }, 'body.list.0.sdpMid'],
    [{ list: [{ ...candidate, sdpMLineIndex: -1 }] }, 'body.list.0.sdpMLineIndex'],
    [{ list: [{ ...candidate, sdpMLineIndex: 0.5 }] }, 'body.list.0.sdpMLineIndex'],
    [{ list: [{ ...candidate, sdpMLineIndex: 65_536 }] }, 'body.list.0.sdpMLineIndex'],
    [{ list: [{ ...candidate, usernameFragment: 'f'.repeat(257) }] }, 'body.list.0.usernameFragment'],
    [{ list: [{ ...candidate, type: 'host' }] }, 'body.list.0'],
    [{ list: [], end: 'yes' }, 'body.end'],
  ],
  renegotiate: [
    [{ restart: 1 }, 'body.restart'],
    [{ replace: null }, 'body.replace'],
    [{ again: true }, 'body'],
  ],
  cancel: [
    [{}, 'body.reason'],
    [{ reason: 'hung-up' }, 'body.reason'],
  ],
  'hang-up': [
    [{}, 'body.reason'],
    [{ reason: 'no-answer' }, 'body.reason'],
    [{ reason: 'hung-up', text: 'bye' }, 'body'],
  ],
  ack: [
    [{}, 'body.seq'],
    [{ seq: -1 }, 'body.seq'],
    [{ seq: '1' }, 'body.seq'],
    [{ seq: 2 ** 53 }, 'body.seq'],
  ],
  resume: [[{ lastSeq: 1.5 }, 'body.lastSeq']],
}

const outgoing = { v: 1, type: 'accept', callId, to: bob, body: {} }
const incoming = { ...outgoing, from: bob, ageMs: 0, to: alice }

/** The place that `problem` names. */
const place = (
  schema: typeof OutgoingMessage | typeof IncomingMessage,
  input: unknown,
): string | undefined => {
  const parsed = parse(schema, input)
  return parsed.ok ? undefined : parsed.problem.split(':')[0]
}

const types = Object.keys(right) as MessageType[]
const every = (table: Partial<Record<MessageType, unknown[]>>) =>
  types.flatMap((type) => (table[type] ?? []).map((body) => ({ type, body })))

describe('a message', () => {
  it.each(every(right))('may have the type $type', ({ type, body }) => {
    const sent = { ...outgoing, type, body }
    expect(parse(OutgoingMessage, sent)).toEqual({ ok: true, value: sent })
    const delivered = { ...incoming, type, body }
    expect(parse(IncomingMessage, delivered)).toEqual({ ok: true, value: delivered })
  })

  it.each(types.flatMap((type) => (wrong[type] ?? []).map(([body, where]) => ({ type, where, body }))))(
    'is refused for its body: $type, $where',
    ({ type, body, where }) => {
      expect(place(OutgoingMessage, { ...outgoing, type, body })).toBe(where)
      expect(place(IncomingMessage, { ...incoming, type, body })).toBe(where)
    },
  )

  it.each(types)('is refused with an additional key in its body: %s', (type) => {
    const [body] = right[type] as object[]
    expect(place(OutgoingMessage, { ...outgoing, type, body: { ...body, more: 1 } })).toBe('body')
    for (const none of [undefined, null, 'body', 7]) {
      expect(place(OutgoingMessage, { ...outgoing, type, body: none })).toBe('body')
    }
    expect(place(OutgoingMessage, { ...outgoing, type, body: [] })).toMatch(/^body/)
    expect(place(IncomingMessage, { ...incoming, type, body: [] })).toMatch(/^body/)
  })

  const envelopes: [string, object][] = [
    ['v', { v: 2 }],
    ['v', { v: '1' }],
    ['v', { v: undefined }],
    ['type', { type: 'shout' }],
    ['type', { type: 7 }],
    ['type', { type: undefined }],
    ['callId', { callId: undefined }],
    ['callId', { callId: 7 }],
    ['callId', { callId: callId.slice(1) }],
    ['callId', { callId: callId + '0' }],
    ['callId', { callId: 'A'.repeat(32) }],
    ['callId', { callId: 'g'.repeat(32) }],
    ['callId', { callId: callId + '\n' }],
    ['to', { to: 'bob' }],
    ['to.user', { to: {} }],
    ['to.user', { to: { party: bob.party } }],
    ['to.user', { to: { user: '' } }],
    ['to.party', { to: { user: 'bob', party: 'phone' } }],
    ['to.party', { to: { user: 'bob', party: undefined } }],
    ['to', { to: { ...bob, device: 1 } }],
    ['seq', { seq: -1 }],
    ['seq', { seq: 0.5 }],
    ['seq', { seq: Number.NaN }],
    ['seq', { seq: Number.POSITIVE_INFINITY }],
    ['epoch', { epoch: '0' }],
    ['ttlMs', { ttlMs: -1 }],
    ['ttlMs', { ttlMs: limits.ttlMs + 1 }],
    ['ttlMs', { ttlMs: null }],
    ['message', { room: 'x' }],
  ]
  it.each(envelopes)('is refused for its envelope: %s, %j', (where, changed) => {
    expect(place(OutgoingMessage, { ...outgoing, ...changed })).toBe(where)
    expect(place(IncomingMessage, { ...incoming, ...changed })).toBe(where)
  })

  it('may address one device or all of them, and may have a number and a lifetime', () => {
    const messages = [
      { ...outgoing, to: { user: 'bob' } },
      { ...outgoing, seq: 0, epoch: 3, ttlMs: limits.ttlMs },
    ]
    for (const message of messages)
      expect(parse(OutgoingMessage, message)).toEqual({ ok: true, value: message })
  })

  it('may not name its sender itself', () => {
    expect(place(OutgoingMessage, { ...outgoing, from: alice })).toBe('message')
    expect(place(OutgoingMessage, { ...outgoing, ageMs: 0 })).toBe('message')
  })

  it('arrives with its sender and its age', () => {
    const stamps: [string, object][] = [
      ['from', { from: undefined }],
      ['from', { from: 'bob' }],
      ['from.party', { from: { user: 'bob' } }],
      ['from.user', { from: { user: ' bob', party: bob.party } }],
      ['from', { from: { ...bob, admin: true } }],
      ['ageMs', { ageMs: undefined }],
      ['ageMs', { ageMs: -1 }],
      ['ageMs', { ageMs: 'old' }],
    ]
    for (const [where, changed] of stamps)
      expect(place(IncomingMessage, { ...incoming, ...changed })).toBe(where)
  })

  it.each([undefined, null, 7, 'accept', [], {}, [outgoing], Symbol('accept'), 10n, () => outgoing])(
    'is not %s',
    (input) => {
      expect(parse(OutgoingMessage, input).ok).toBe(false)
      expect(parse(IncomingMessage, input).ok).toBe(false)
    },
  )
})

describe('a user name', () => {
  it.each([
    'a',
    'bob',
    'Zoë',
    'mary ann',
    '李雷',
    '👩',
    '<b>',
    'علی\u200cرضا',
    '❤\ufe0f',
    'x'.repeat(limits.name),
  ])('may be %j', (name) => {
    expect(parse(UserName, name)).toEqual({ ok: true, value: name })
  })

  it.each([
    ['empty', ''],
    ['of 65 characters', 'x'.repeat(65)],
    ['with a space before', ' bob'],
    ['with a space after', 'bob '],
    ['of a space', ' '],
    ['with a no-break space after', 'bob\u00a0'],
    ['of two lines', 'bob\nalice'],
    ['with a tab', 'bob\talice'],
    ['with a null', 'bob\0'],
    ['with a delete', 'b\u007fob'],
    ['with a C1 control', 'b\u0085ob'],
    ['with a line separator', 'b\u2028ob'],
    ['with a paragraph separator', 'b\u2029ob'],
    ['with an invisible mark', 'b\u200bob'],
    ['with nothing to see', '\u3164\u200d\u{e0100}'],
    ['that turns the direction of text', 'b\u202eob'],
    ['with half a character', 'b\ud83dob'],
    ['that is no text', 7],
    ['that is nothing', null],
  ])('is not one %s', (_, name) => {
    expect(parse(UserName, name).ok).toBe(false)
  })
})
