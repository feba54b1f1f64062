import { describe, expect, it } from 'vitest'
import { Claim, DataMessage, IncomingMessage, limits, parse } from '../../../src/core/index.ts'
import { incoming } from '../support/messages.ts'
import { alice, bob } from '../support/parties.ts'

const message = incoming('offer', { sdp: 'v=0' })
const secret = 'HOSTILE'

const throws = (): never => {
  throw new Error(secret)
}
const trap = { get: throws, has: () => true, ownKeys: throws }
const cyclic: Record<string, unknown> = { ...message }
cyclic['body'] = cyclic

/** Each of them has the secret word in the place that is wrong. */
const hostile: [string, unknown][] = [
  ['a value', { ...message, callId: secret }],
  ['a type', { ...message, type: secret }],
  ['a version', { ...message, v: secret }],
  ['a name', { ...message, to: { user: ` ${secret}` } }],
  ['a control character', { ...message, to: { user: `${secret}\n` } }],
  ['a long name', { ...message, to: { user: secret.repeat(10) } }],
  ['a sender', { ...message, from: secret }],
  ['a body', { ...message, body: secret }],
  ['a long description', { ...message, body: { sdp: secret.repeat(limits.sdp) } }],
  ['an unknown key', { ...message, [secret]: 1 }],
  ['an unknown key of the body', { ...message, body: { sdp: 'v=0', [secret]: 1 } }],
  ['an unknown key of the address', { ...message, to: { ...alice, [secret]: 1 } }],
  ['a symbol', { ...message, type: Symbol(secret) }],
  ['a text object', { ...message, type: { toString: () => secret } }],
  ['a throwing text object', { ...message, type: { toString: throws } }],
  ['a throwing getter', Object.defineProperty({ ...message }, 'type', { get: throws, enumerable: true })],
  ['a throwing proxy', new Proxy({}, trap)],
  ['a throwing body', { ...message, body: new Proxy({}, trap) }],
  ['a cycle', cyclic],
  ['a bare object', Object.create(null)],
]

describe('parse', () => {
  it.each(hostile)('refuses without throwing, and without quoting the input: %s', (_, input) => {
    const parsed = parse(IncomingMessage, input)
    expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(/^[\w.-]+: expected ./) as string })
    expect(JSON.stringify(parsed)).not.toContain(secret)
    expect(JSON.stringify(parsed).length).toBeLessThan(400)
  })

  it('reports where the problem is, and what was expected', () => {
    expect(parse(IncomingMessage, { ...message, v: 2 })).toEqual({ ok: false, problem: 'v: expected 1' })
    expect(parse(IncomingMessage, { ...message, more: 1 })).toEqual({
      ok: false,
      problem: 'message: expected no other keys',
    })
    expect(parse(IncomingMessage, { ...message, body: { sdp: 'v=0', more: 1 } })).toEqual({
      ok: false,
      problem: 'body: expected no other keys',
    })
    expect(parse(IncomingMessage, null)).toMatchObject({
      problem: expect.stringMatching(/^message: expected/) as string,
    })
  })

  it('ignores a prototype that JSON creates', () => {
    const polluted: unknown = JSON.parse('{"__proto__":{"type":"text","seq":1,"text":"x"}}')
    expect(parse(DataMessage, polluted).ok).toBe(false)
    const own: unknown = JSON.parse('{"type":"text","seq":1,"text":"x","__proto__":{"admin":true}}')
    expect(parse(DataMessage, own).ok).toBe(false)
    expect(parse(DataMessage, { type: 'text', seq: 1, text: 'x', constructor: 1 }).ok).toBe(false)
  })
})

describe('a message of the data channel', () => {
  it.each(['', 'hello', 'é'.repeat(limits.text / 2)])('may be a text: %#', (text) => {
    const message = { type: 'text', seq: 1, text }
    expect(parse(DataMessage, message)).toEqual({ ok: true, value: message })
  })

  it.each([0, 1, Number.MAX_SAFE_INTEGER])('may be an acknowledgement of all texts up to %i', (seq) => {
    const message = { type: 'ack', seq }
    expect(parse(DataMessage, message)).toEqual({ ok: true, value: message })
  })

  it.each([
    { type: 'text', seq: 1 },
    { type: 'text', text: 'x' },
    { type: 'text', seq: -1, text: 'x' },
    { type: 'text', seq: 0.5, text: 'x' },
    { type: 'text', seq: '1', text: 'x' },
    { type: 'text', seq: 2 ** 53, text: 'x' },
    { type: 'text', seq: 1, text: 7 },
    { type: 'text', seq: 1, text: 'é'.repeat(limits.text / 2) + '.' },
    { type: 'text', seq: 1, text: 'x', at: 1 },
    { type: 'file', seq: 1, text: 'x' },
    { type: 'ack' },
    { type: 'ack', seq: -1 },
    { type: 'ack', seq: 1, text: 'x' },
    { type: 'resume', lastSeq: 1 },
    'x',
    null,
  ])('may not be anything else: %#', (input) => {
    expect(parse(DataMessage, input).ok).toBe(false)
  })
})

describe('the claim of a client', () => {
  const claim = { name: 'alice', party: alice.party, secret: bob.party }

  it('has a name, a party and a secret', () => {
    expect(parse(Claim, claim)).toEqual({ ok: true, value: claim })
  })

  it.each([
    ['name', { name: ' alice' }],
    ['name', { name: undefined }],
    ['party', { party: 'tab' }],
    ['secret', { secret: 'short' }],
    ['secret', { secret: undefined }],
    ['message', { user: 'alice' }],
  ])('is refused because of its %s: %j', (where, changed) => {
    expect(parse(Claim, { ...claim, ...changed })).toMatchObject({
      ok: false,
      problem: expect.stringMatching(new RegExp(`^${where}: `)) as string,
    })
  })
})
