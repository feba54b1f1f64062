import { concat, EMPTY, merge, NEVER, Observable, of, Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  callPipeline,
  type CallAction,
  type IncomingMessage,
  type OutgoingMessage,
  type Party,
  type SignalingEvent,
} from '../../../src/core/index.ts'
import { fakeMedia, virtualId, virtualPeers } from '../../../src/testing/index.ts'

const alice: Party = { user: 'alice', party: virtualId(1) }
/** The most devices of one user that a relay accepts. */
const devices = Array.from({ length: 16 }, (_, n): Party => ({ user: 'mallory', party: virtualId(100 + n) }))

/** The n-th message of one device of the called user, counted from 0. `seq` is its next number. */
type Question = (n: number, seq: number) => Pick<OutgoingMessage, 'type' | 'body' | 'seq' | 'epoch'>

const EVERY = 100
const BEGIN = 1_000
const END = 11_000

/**
 * Makes alice call a user with 16 devices. All of them ring and acknowledge nothing, and one accepts if `accepts`. Each
 * asks its question ten times a second for 10 seconds. Returns what alice received and sent in that time.
 */
function flood(question: Question, { accepts = false } = {}) {
  const scheduler = new VirtualTimeScheduler()
  scheduler.maxFrames = END
  let ids = 0
  const env = { scheduler, id: () => virtualId(0xca11 + ids++) }
  const from$ = new Subject<SignalingEvent>()
  const action$ = new Subject<CallAction>()
  const received = { messages: 0, bytes: 0 }
  const sent = { messages: 0, bytes: 0 }
  const isDuring = () => scheduler.now() >= BEGIN
  const count = (to: typeof sent, message: unknown) => {
    if (!isDuring()) return
    to.messages++
    to.bytes += JSON.stringify(message).length
  }
  let callId = ''
  const signaling = {
    connect: (outgoing$: Observable<OutgoingMessage>) =>
      merge(
        of<SignalingEvent>({ type: 'online', self: alice }),
        from$,
        new Observable<never>(() =>
          outgoing$.subscribe((message) => {
            callId = message.callId
            count(sent, message)
          }),
        ),
      ),
  }
  const says = (from: Party, said: ReturnType<Question>) => {
    const message = { v: 1, callId, to: alice, from, ageMs: 0, ...said } as IncomingMessage
    count(received, message)
    from$.next({ type: 'message', message })
  }
  const media = fakeMedia('alice', env)
  const running = callPipeline(
    concat(action$, NEVER),
    { signaling, media: { ...media, devices$: EMPTY }, peer: virtualPeers(env).port },
    env,
  ).subscribe()
  scheduler.schedule(() => action$.next({ type: 'call', user: 'mallory' }), 10)
  scheduler.schedule(() => {
    for (const device of devices) says(device, { type: 'ringing', body: {}, seq: 1 })
  }, 100)
  if (accepts)
    scheduler.schedule(() => devices[0] && says(devices[0], { type: 'accept', body: {}, seq: 2 }), 200)
  for (let at = BEGIN, n = 0; at < END; at += EVERY, n++)
    scheduler.schedule(
      () =>
        devices.forEach((device, place) => says(device, question(n, n + (accepts && place === 0 ? 3 : 2)))),
      at,
    )
  scheduler.flush()
  running.unsubscribe()
  return { received, sent }
}

describe('what a client sends in response to what it receives', () => {
  it('is one answer to a resume for each device and second, and at most two a second over all devices', () => {
    const { sent } = flood(() => ({ type: 'resume', body: { lastSeq: 0 } }))
    const unasked = flood(() => ({ type: 'ack', body: { seq: 0 } })).sent
    // An offer and two batches of candidates to each.
    const inAnswer = (sent.messages - unasked.messages) / 3
    expect(inAnswer).toBeGreaterThanOrEqual(16)
    expect(inAnswer).toBeLessThanOrEqual(16 + 2 * 10)
  })

  const rings = (_: number, seq: number) => ({ type: 'ringing', body: {}, seq }) as const
  it.each<readonly [string, Question]>([
    ['a resume', () => ({ type: 'resume', body: { lastSeq: 0 } })],
    ['a resume that acknowledges one message more', (n) => ({ type: 'resume', body: { lastSeq: n } })],
    ['an acknowledgement', () => ({ type: 'ack', body: { seq: 0 } })],
    ['a message that comes again', () => ({ type: 'ringing', body: {}, seq: 1 })],
    ['another ringing', rings],
    ['another accept', (_, seq) => ({ type: 'accept', body: {}, seq })],
    ['a message far ahead', () => ({ type: 'ringing', body: {}, seq: 90 })],
    ['a question for an offer', (_, seq) => ({ type: 'renegotiate', body: {}, seq })],
    ['a question for a restart', (_, seq) => ({ type: 'renegotiate', body: { restart: true }, seq })],
    ['a question for a replacement', (_, seq) => ({ type: 'renegotiate', body: { replace: true }, seq })],
    ['the word that it is gone', () => ({ type: 'gone', body: {} })],
  ])('is hardly more than it received, whatever a user with 16 devices asks: %s', (_, question) => {
    for (const accepts of [false, true]) {
      const { received, sent } = flood(question, { accepts })
      expect(sent.messages).toBeLessThan(1.25 * received.messages)
    }
  })
})
