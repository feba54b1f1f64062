import { Observable, Subject, VirtualTimeScheduler } from 'rxjs'
import { callPipeline } from 'rxcall'
import { fakeMedia, virtualId } from 'rxcall/testing'

// One plain call of one client in virtual time. The other side, the peer connection and the camera are scripts, so that
// only the pipeline is measured.

/** @typedef {import('rxcall').CallAction} CallAction */
/** @typedef {import('rxcall').CallStep} CallStep */
/** @typedef {import('rxcall').IncomingMessage} IncomingMessage */
/** @typedef {import('rxcall').OutgoingMessage} OutgoingMessage */
/** @typedef {import('rxcall').PeerEvent} PeerEvent */

const alice = { user: 'alice', party: virtualId(0xa1) }
const bob = { user: 'bob', party: virtualId(0xb0) }
const [legMs, ringMs, callMs] = [5, 1_000, 10_000]

/**
 * The callee's reply to each message that is not an acknowledgement, and its delay in milliseconds.
 *
 * @param {string} sdp
 */
const repliesWith = (sdp) => ({
  invite: [{ after: 0, type: 'ringing', body: {} }],
  offer: [
    { after: ringMs, type: 'accept', body: {} },
    { after: ringMs, type: 'answer', body: { sdp } },
    {
      after: ringMs,
      type: 'candidates',
      body: { list: [{ candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }], end: true },
    },
  ],
})

/**
 * Calls, connects, talks for ten seconds and hangs up.
 *
 * @param {(step: CallStep) => void} seen
 * @param {{ pipeline?: typeof callPipeline, sdp?: string }} [options] The pipeline to run, and the text of each description.
 */
export function plainCall(seen, { pipeline = callPipeline, sdp = 'v=0' } = {}) {
  const scheduler = new VirtualTimeScheduler()
  /** @type {Subject<CallAction>} */
  const action$ = new Subject()
  let ids = 0
  const env = { scheduler, id: () => virtualId(++ids) }
  const ports = {
    signaling: callee(scheduler, sdp),
    peer: peerConnection(scheduler, sdp),
    media: fakeMedia('alice', env),
  }
  pipeline(action$, ports, env).subscribe({ next: seen })
  scheduler.schedule(() => action$.next({ type: 'call', user: bob.user }))
  scheduler.schedule(() => action$.next({ type: 'hang-up' }), ringMs + callMs)
  scheduler.schedule(() => action$.next({ type: 'close' }), ringMs + callMs + 1_000)
  scheduler.flush()
}

/** @type {(scheduler: import('rxjs').SchedulerLike, sdp: string) => import('rxcall').SignalingPort} */
function callee(scheduler, sdp) {
  const replies = repliesWith(sdp)
  return {
    connect: (outgoing$) =>
      new Observable((subscriber) => {
        let seq = 0
        /** @type {(callId: string, rest: object, after?: number) => void} */
        const say = (callId, rest, after = 0) => {
          const message = { v: 1, callId, to: alice, from: bob, ageMs: 0, ...rest }
          scheduler.schedule(() => subscriber.next({ type: 'message', message }), legMs * 2 + after)
        }
        subscriber.add(
          outgoing$.subscribe((message) => {
            const { callId } = message
            if (message.seq !== undefined) say(callId, { type: 'ack', body: { seq: message.seq } })
            const answers = /** @type {Record<string, typeof replies.offer | undefined>} */ (replies)
            for (const { after, type, body } of answers[message.type] ?? [])
              say(callId, { type, body, seq: ++seq }, after)
          }),
        )
        subscriber.next({ type: 'online', self: alice })
        subscriber.next({ type: 'roster', users: [bob.user] })
      }),
  }
}

/** @type {(scheduler: import('rxjs').SchedulerLike, sdp: string) => import('rxcall').PeerPort} */
function peerConnection(scheduler, sdp) {
  return {
    open: (_options, command$) =>
      new Observable((subscriber) => {
        /** @type {(event: PeerEvent, after: number) => void} */
        const say = (event, after) => void scheduler.schedule(() => subscriber.next(event), after)
        subscriber.add(
          command$.subscribe(({ type }) => {
            if (type !== 'description') return
            say({ type: 'signaling-state', state: 'stable' }, 1)
            say({ type: 'connection-state', state: 'connecting' }, 1)
            say({ type: 'connection-state', state: 'connected' }, 30)
            say({ type: 'data-open' }, 35)
          }),
        )
        say({ type: 'description', description: { type: 'offer', sdp } }, 1)
        say({ type: 'signaling-state', state: 'have-local-offer' }, 1)
        for (const after of [2, 3, 40])
          say({ type: 'candidate', candidate: { candidate: `candidate:${after}`, sdpMid: '0' } }, after)
        say({ type: 'candidate', candidate: null }, 41)
      }),
  }
}
