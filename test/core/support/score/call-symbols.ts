import {
  CallError,
  type CallAction,
  type CallEvent,
  type IncomingMessage,
} from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { incoming, outgoing } from '../messages.ts'
import { candidate, peerEvents } from '../outputs.ts'
import { audioAndVideo as media, bob, callId, lowerId } from '../parties.ts'

export const receives = (message: IncomingMessage): CallEvent => ({ type: 'received', message })
export const acts = (action: CallAction): CallEvent => ({ type: 'action', action })

/** The user to whom the invite goes: every device of bob's. */
export const everyDevice = { user: 'bob' }
export const outgoingCall = { type: 'outgoing', callId, remote: everyDevice, media } as const
export const incomingCall = { type: 'incoming', callId, remote: bob, media, ringMs: 100 } as const
export const lostConnection = new CallError('connection-failed', 'cut')
export const badDescription = new CallError('negotiation-failed', 'bad answer')
/** The stream of the camera with the microphone, and of the microphone alone. */
export const streams = {
  s: fakeStream('audio+video', ['audio', 'video']),
  a: fakeStream('audio', ['audio']),
}

/** The default meaning of the symbols of a whole call. */
export const callSymbols = {
  user: {
    d: outgoingCall,
    a: acts({ type: 'accept' }),
    n: acts({ type: 'decline' }),
    h: acts({ type: 'hang-up' }),
    w: acts({ type: 'send', id: 't', text: 'hi' }),
    m: acts({ type: 'mute', kind: 'audio', muted: true }),
    s: acts({ type: 'media', change: { video: 'screen' } }),
    o: acts({ type: 'media', change: { video: false } }),
  },
  remote: {
    i: incomingCall,
    y: { type: 'yielded', callId, to: lowerId, remote: bob },
    r: receives(incoming('ringing', {})),
    a: receives(incoming('accept', {})),
    n: receives(incoming('answer', { sdp: 'remote answer' })),
    o: receives(incoming('offer', { sdp: 'remote offer' })),
    c: receives(incoming('candidates', { list: [candidate(9)] })),
    s: receives(incoming('select', {})),
    x: receives(incoming('hang-up', { reason: 'hung-up' })),
  },
  capture: streams,
  peer: {
    o: peerEvents.offer,
    a: peerEvents.answer,
    c: peerEvents.candidate,
    y: peerEvents.connected,
    z: peerEvents.disconnected,
    f: peerEvents.failed,
    q: peerEvents.dataOpen,
    X: lostConnection,
    N: badDescription,
  },
  phase: {
    C: 'calling capturing',
    I: 'calling inviting',
    A: 'calling ringing',
    R: 'ringing',
    K: 'connecting',
    Y: 'connected',
    Z: 'reconnecting',
    H: 'ended hung-up local',
    E: 'ended hung-up remote',
    c: 'ended cancelled local',
    f: 'ended failed local',
    n: 'ended no-answer local',
  },
  command: {
    A: { type: 'description', description: { type: 'answer', sdp: 'remote answer' } },
    O: { type: 'description', description: { type: 'offer', sdp: 'remote offer' } },
    K: { type: 'candidate', candidate: candidate(9) },
  },
  report: { o: 'completed' },
}

/** The messages of a caller. */
export const sentByCaller = {
  i: outgoing('invite', { media }, { to: everyDevice, ttlMs: 100 }),
  o: outgoing('offer', { sdp: 'local offer' }, { epoch: 0 }),
  c: outgoing('candidates', { list: [candidate(1)] }, { epoch: 0 }),
  s: outgoing('select', {}),
  h: outgoing('hang-up', { reason: 'hung-up' }),
  f: outgoing('hang-up', { reason: 'failed' }),
}
/** The messages of a callee. */
export const sentByCallee = {
  r: outgoing('ringing', {}),
  a: outgoing('accept', {}),
  n: outgoing('answer', { sdp: 'local answer' }, { epoch: 0 }),
  c: outgoing('candidates', { list: [candidate(1)] }, { epoch: 0 }),
  d: outgoing('decline', {}),
  f: outgoing('hang-up', { reason: 'failed' }),
}
