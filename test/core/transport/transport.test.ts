import {
  concatMap,
  ignoreElements,
  map,
  merge,
  NEVER,
  of,
  shareReplay,
  skip,
  startWith,
  Subject,
  take,
  tap,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import { replyToStray } from '../../../src/core/call/setup/stray-messages.ts'
import { callsView } from '../../../src/core/calls-view.ts'
import type {
  CallState,
  Env,
  IncomingMessage,
  OutgoingMessage,
  SignalingEvent,
  SignalingPort,
} from '../../../src/core/index.ts'
import type { TransportEvent } from '../../../src/core/stages/index.ts'
import { transport } from '../../../src/core/transport/transport.ts'
import { virtualId } from '../../../src/testing/marbles.ts'
import { marbleTest } from '../support/marble-test.ts'
import { incoming, outgoing } from '../support/messages.ts'
import { alice, callId, carol } from '../support/parties.ts'
import { pendingTimers } from '../support/pending-timers.ts'
import { connected, ended } from '../support/states.ts'

const settings = { ackMs: 1_000, maxAckMs: 5_000, lingerMs: 10_000 }
const numbered = (seq: number, message: IncomingMessage): SignalingEvent => ({
  type: 'message',
  message: { ...message, seq },
})
/** Messages from the relay: `1` to `3` are numbered messages of bob; `a` and `b` acknowledge alice's first one. */
const relayed: Record<string, SignalingEvent> = {
  o: { type: 'online', self: alice },
  c: { type: 'connecting', user: 'alice' },
  r: { type: 'roster', users: ['bob'] },
  1: numbered(1, incoming('offer', { sdp: 'v=0' })),
  2: numbered(2, incoming('renegotiate', {})),
  3: numbered(3, incoming('hang-up', { reason: 'hung-up' })),
  a: { type: 'message', message: incoming('ack', { seq: 1 }) },
  b: { type: 'message', message: incoming('resume', { lastSeq: 1 }) },
}
const sent = {
  s: outgoing('answer', { sdp: 'v=0' }),
  t: outgoing('renegotiate', {}),
  h: outgoing('hang-up', { reason: 'hung-up' }),
}

interface World {
  readonly relay$: Observable<SignalingEvent>
  readonly send$?: Observable<OutgoingMessage>
  /** The call with bob is open, unless this says otherwise. */
  readonly call$?: Observable<CallState>
}

/** What a transport passes to its port (`> answer 1`) and emits (`< offer`), in order. */
function crossings({ relay$, send$ = NEVER, call$ = of(connected) }: World, env: Env): Observable<string> {
  const wire$ = new Subject<OutgoingMessage>()
  const port: SignalingPort = {
    connect: (outgoing$) => merge(outgoing$.pipe(tap(wire$), ignoreElements()), relay$),
  }
  const calls$ = call$.pipe(
    map((call) => callsView({ call, endedCalls: call.phase === 'ended' ? [callId] : [] })),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
  const event$ = transport({ send$, calls$, replyToStray, keptMs: 60_000, settings }, port, env)
  return merge(wire$.pipe(map(sentInWords)), event$.pipe(map(reportedInWords)))
}

function sentInWords({ type, seq, body }: OutgoingMessage): string {
  const number = seq ?? ('seq' in body ? body.seq : 'lastSeq' in body ? body.lastSeq : '')
  return `> ${type} ${number}`.trim()
}

function reportedInWords(event: TransportEvent): string {
  if (event.type === 'connection') return event.connection.status
  return event.type === 'received' ? `< ${event.message.type}` : event.type
}

/** The symbols of these tests. */
const seen = {
  o: 'online',
  c: 'connecting',
  r: 'roster',
  s: '> answer 1',
  t: '> renegotiate 2',
  h: '> hang-up 1',
  x: '> ack 0',
  y: '> ack 1',
  z: '> ack 2',
  '1': '< offer',
  '2': '< renegotiate',
  q: '> resume 0',
  p: '> resume 1',
}

describe('transport', () => {
  it(
    'sends a lost message again, until it is acknowledged',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const relay$ = cold('    o--- 2998ms a', relayed)
      const send$ = cold('     -s', sent)
      const expected = '       os 999ms s 1999ms s'
      expectObservable(crossings({ relay$, send$ }, timers), '20s !').toBe(expected, seen)
      const left$ = cold('     ---- 2998ms -p').pipe(map(() => timers.pending()))
      expectObservable(left$).toBe('---- 2998ms -p', { p: 0 })
    }),
  )

  it(
    'delivers an early message in its turn, and a repeated one once',
    marbleTest(({ cold, env, expectObservable }) => {
      const relay$ = cold('    o-2--1------2', relayed)
      const expected = '       o-x--(z12)--z'
      expectObservable(crossings({ relay$ }, env), '99ms !').toBe(expected, seen)
    }),
  )

  it(
    'passes on events of the relay, however much strangers send, and few of their messages',
    marbleTest(({ cold, env, expectObservable }) => {
      const flood = Array.from({ length: 200 }, (_, index) =>
        numbered(1, incoming('candidates', { list: [] }, { from: carol, callId: virtualId(index) })),
      )
      const relay$ = cold<SignalingEvent | SignalingEvent[]>('o-f-r-1', { ...relayed, f: flood }).pipe(
        concatMap((events) => (Array.isArray(events) ? events : [events])),
      )
      const answered = Array.from({ length: 40 }, () => 'yd').join('')
      const first$ = crossings({ relay$ }, env).pipe(take(81))
      expectObservable(first$).toBe(`o-(${answered}|)`, { ...seen, d: '< candidates' })
      const rest$ = crossings({ relay$ }, env).pipe(skip(81))
      expectObservable(rest$, '99ms !').toBe('----r-(y1)', seen)
    }),
  )

  it(
    'sends nothing while the relay is away; then resumes, sends what waits, and reports that it is back',
    marbleTest(({ cold, env, expectObservable }) => {
      const relay$ = cold('    o-1---c---- 2s o-----b', relayed)
      const send$ = cold('     -s------t', sent)
      const expected = '       os(y1)c---- 2s (psto)t'
      expectObservable(crossings({ relay$, send$ }, env), '2100ms !').toBe(expected, seen)
    }),
  )

  it(
    'sends the end of a call in the same turn, and again after the call is over',
    marbleTest(({ cold, env, expectObservable }) => {
      const relay$ = cold('    o', relayed)
      const send$ = cold('     --h', sent)
      const call$ = cold('     c-e', { c: connected, e: ended }).pipe(startWith(connected))
      const expected = '       o-h 999ms h 1999ms h 3999ms h'
      expectObservable(crossings({ relay$, send$, call$ }, env), '1m !').toBe(expected, seen)
    }),
  )

  it(
    'releases the relay and every timer when unsubscribed, even with messages under way',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const timers = pendingTimers(env)
      const relay$ = cold('    o-1-----', relayed)
      const send$ = cold('     -s------', sent)
      const leave = '          -----!'
      const expected = '       os(y1)--'
      expectObservable(crossings({ relay$, send$ }, timers), leave).toBe(expected, seen)
      expectReleased(relay$, send$).by('^----!')
      expectObservable(cold('----p-p').pipe(map(() => timers.pending()))).toBe('----p-q', { p: 1, q: 0 })
    }),
  )
})

describe('a message that is sent while another one is delivered', () => {
  /** A transport whose client answers `offer` at once, and leaves if `leaves`. */
  function answering(env: Env, leaves = false) {
    const relay$ = new Subject<SignalingEvent>()
    const send$ = new Subject<OutgoingMessage>()
    const log: string[] = []
    const sources = { send$, calls$: of(callsView({ call: connected, endedCalls: [] })), replyToStray }
    const port: SignalingPort = {
      connect: (outgoing$) =>
        merge(
          outgoing$.pipe(
            tap((message) => log.push(sentInWords(message))),
            ignoreElements(),
          ),
          relay$,
        ),
    }
    const running = transport({ ...sources, keptMs: 60_000, settings }, port, env).subscribe((event) => {
      log.push(reportedInWords(event))
      if (event.type !== 'received' || event.message.type !== 'offer') return
      send$.next(sent.s)
      if (leaves) running.unsubscribe()
    })
    return { relay$, log, leave: () => running.unsubscribe() }
  }

  const env: Env = { scheduler: new VirtualTimeScheduler(), id: () => '' }

  it('reaches the port before its sender continues, even if the client leaves then', () => {
    const { relay$, log } = answering(env, true)
    for (const symbol of ['o', '1']) relay$.next(relayed[symbol] as SignalingEvent)
    expect(log).toEqual(['online', '> ack 1', '< offer', '> answer 1'])
  })

  it('does not change the order of delivery', () => {
    const { relay$, log, leave } = answering(env)
    for (const symbol of ['o', '3', '2', '1']) relay$.next(relayed[symbol] as SignalingEvent)
    leave()
    expect(log.filter((each) => each.startsWith('<'))).toEqual(['< offer', '< renegotiate', '< hang-up'])
  })
})
