import { anyJson, mutate, type Json } from './mutate.ts'
import type { Chance } from './random.ts'

const envelope = { v: 1, callId: '0'.repeat(32), to: { user: 'bob', party: 'b'.repeat(32) } }
const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'x' }
const seeds = [
  {
    ...envelope,
    type: 'invite',
    to: { user: 'bob' },
    ttlMs: 60_000,
    body: { media: { audio: true, video: false } },
  },
  {
    ...envelope,
    type: 'invite',
    to: { user: 'bob' },
    body: { media: { audio: true, video: false }, features: ['captions', 'call-waiting'] },
  },
  { ...envelope, type: 'ringing', seq: 1, body: { features: Array.from({ length: 16 }, () => 'captions') } },
  { ...envelope, type: 'offer', seq: 1, epoch: 0, body: { sdp: 'v=0\r\n' } },
  { ...envelope, type: 'answer', seq: 1, body: { sdp: 'x'.repeat(13_000) } },
  { ...envelope, type: 'candidates', seq: 2, body: { list: [candidate, candidate], end: true } },
  { ...envelope, type: 'candidates', seq: 2, body: { list: Array.from({ length: 63 }, () => candidate) } },
  { ...envelope, type: 'renegotiate', body: { restart: true } },
  { ...envelope, type: 'accept', body: {} },
  { ...envelope, type: 'cancel', to: { user: 'carol' }, body: { reason: 'cancelled' } },
  { ...envelope, type: 'hang-up', body: { reason: 'failed' } },
  { ...envelope, type: 'ack', body: { seq: 7 } },
  { ...envelope, type: 'gone', to: { user: 'alice' }, body: {} },
]

/** Makes a message, mostly a valid one with an error in it. It belongs to this call unless the error changes that. */
export function madeUp(chance: Chance, callId: string = envelope.callId): Json {
  return chance.number(10) === 0 ? anyJson(chance) : mutate({ ...chance.pick(seeds), callId }, chance)
}
