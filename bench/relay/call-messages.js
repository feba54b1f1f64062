import { randomId } from './client.js'

const sdp = (/** @type {number} */ bytes) => 'a=rtcp-fb:96 nack pli\r\n'.repeat(bytes / 23)
const candidate = {
  candidate:
    'candidate:842163049 1 udp 1677729535 198.51.100.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0',
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: 'EsAw',
}

/**
 * The messages with which two clients set up and end one call. There are 26, of which one has 4 KB and one 2 KB. Each
 * is a type and a body.
 *
 * @type {readonly (readonly [string, object])[]}
 */
const call = [
  ['invite', { media: { audio: true, video: true } }],
  ['ringing', {}],
  ['offer', { sdp: sdp(4000) }],
  ['candidates', { list: [candidate, candidate] }],
  ['candidates', { list: [candidate] }],
  ['candidates', { list: [], end: true }],
  ['accept', {}],
  ['answer', { sdp: sdp(2000) }],
  ['select', {}],
  ['candidates', { list: [candidate, candidate] }],
  ['candidates', { list: [candidate] }],
  ['candidates', { list: [], end: true }],
  ['hang-up', { reason: 'hung-up' }],
  ...Array.from({ length: 13 }, (_, seq) => /** @type {const} */ (['ack', { seq }])),
]

/**
 * Makes the messages of such a call to the party `to`.
 *
 * @param {{ user: string, party: string }} to
 */
export function callMessages(to) {
  const callId = randomId()
  return call.map(([type, body], seq) => ({ v: 1, type, callId, to, seq, body }))
}
