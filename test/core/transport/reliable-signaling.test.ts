import {
  NEVER,
  concatMap,
  distinctUntilChanged,
  filter,
  map,
  merge,
  mergeMap,
  shareReplay,
  skip,
  startWith,
  type Observable,
} from 'rxjs'
import { describe, it } from 'vitest'
import type { CallState, Env, IncomingMessage, OutgoingMessage, Party } from '../../../src/core/index.ts'
import { initialState } from '../../../src/core/stages/index.ts'
import { replyToStray } from '../../../src/core/call/setup/stray-messages.ts'
import { callsView } from '../../../src/core/calls-view.ts'
import type { ClientState } from '../../../src/core/client-state.ts'
import type { ChannelOutput } from '../../../src/core/transport/call-channel.ts'
import {
  reliableSignaling,
  type ReliableSignalingSources,
} from '../../../src/core/transport/reliable-signaling.ts'
import { virtualId } from '../../../src/testing/marbles.ts'
import { marbleTest } from '../support/marble-test.ts'
import { incoming, outgoing } from '../support/messages.ts'
import { alice, bob, bobsPhone, callId, carol, higherId } from '../support/parties.ts'
import { pendingTimers } from '../support/pending-timers.ts'
import { alerting, connected, ended, idle } from '../support/states.ts'

const settings: ReliableSignalingSources['settings'] = { ackMs: 1_000, maxAckMs: 5_000, lingerMs: 10_000 }

const online = { status: 'online', self: alice } as const
const at = (call: CallState, changed: Partial<ClientState> = {}): ClientState => ({
  ...initialState,
  connection: online,
  call,
  ...changed,
})
const offline = { connection: { status: 'connecting' } } as const
/**
 * The state of the client: `r` a call rings at bob's devices, `o` a call with bob is open, `e` it is over. Upper case
 * means that the relay cannot be reached.
 */
const models = {
  i: at(idle),
  r: at(alerting),
  o: at(connected),
  O: at(connected, offline),
  e: at(ended, { endedCalls: [callId] }),
  E: at(ended, { ...offline, endedCalls: [callId] }),
}

const numbered = <M extends IncomingMessage | OutgoingMessage>(seq: number, message: M): M => ({
  ...message,
  seq,
})
const sent = {
  a: outgoing('accept', {}),
  b: outgoing('answer', { sdp: 'v=0' }),
  p: outgoing('select', {}, { to: bobsPhone }),
  h: outgoing('hang-up', { reason: 'hung-up' }),
  u: outgoing('cancel', { reason: 'cancelled' }, { to: { user: 'bob' } }),
  i: outgoing('invite', { media: { audio: true, video: true } }, { to: { user: 'bob' }, ttlMs: 60_000 }),
  g: outgoing('gone', {}),
  y: outgoing('busy', {}, { to: carol, callId: higherId }),
}
const ack = (seq: number, from: Party = bob) => incoming('ack', { seq }, { from })

interface Sources extends Partial<Pick<ReliableSignalingSources, 'send$' | 'arrived$'>> {
  readonly client$: Observable<ClientState>
}

/** The reliable signaling of a client in the state of `client$`. */
function signalingOf({ client$, send$ = NEVER, arrived$ = NEVER }: Sources, env: Env) {
  const online$ = client$.pipe(
    map(({ connection }) => connection.status === 'online'),
    distinctUntilChanged(),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
  const calls$ = client$.pipe(map(callsView), shareReplay({ bufferSize: 1, refCount: true }))
  return reliableSignaling({ send$, arrived$, calls$, online$, replyToStray, keptMs: 60_000, settings }, env)
}

/** The outputs in words: `> bob accept 1` goes to the relay, `< bob ringing` to the stages. */
const outOf = (sources: Sources, env: Env) => signalingOf(sources, env).pipe(map(inWords))

function inWords(event: ChannelOutput): string {
  switch (event.type) {
    case 'transmit': {
      const { to, type, seq, body } = event.message
      const number = seq ?? ('seq' in body ? body.seq : 'lastSeq' in body ? body.lastSeq : undefined)
      return ['>', nameOf(to), type, ...(number === undefined ? [] : [number])].join(' ')
    }
    case 'received':
      return `< ${nameOf(event.message.from)} ${event.message.type}`
    case 'refused':
      return `refused ${event.message.type} ${event.error.code}`
  }
}

const nameOf = ({ user, party }: { readonly user: string; readonly party?: string }): string => {
  if (party === undefined) return `any ${user}`
  return party === bobsPhone.party ? "bob's phone" : user
}

/** Replays the latest, as in the pipeline. */
const latest = (later$: Observable<ClientState>, first: ClientState = models.o) =>
  later$.pipe(startWith(first), shareReplay({ bufferSize: 1, refCount: true }))

describe('a message to the other side', () => {
  it(
    'is numbered for each party, and sent again until that party acknowledges it',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const send$ = cold('      -a-b-p--------', sent)
      const arrived$ = cold('   -------x---y--', { x: ack(2), y: ack(1, bobsPhone) })
      const client$ = cold('     --------------', models)
      const leave = '           3s !'
      const expected = '        -a-b-p--------'
      const sources = { send$, arrived$, client$: latest(client$) }
      expectObservable(outOf(sources, env), leave).toBe(expected, {
        a: '> bob accept 1',
        b: '> bob answer 2',
        p: "> bob's phone select 1",
      })
      expectReleased(send$, arrived$, client$).by('^ 2999ms !')
    }),
  )

  it(
    'is sent again only on its own channel',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('      -a-p--', sent)
      const arrived$ = cold('   -----x', { x: ack(1) })
      const leave = '           2s !'
      const expected = '        -a-p 999ms p'
      expectObservable(outOf({ send$, arrived$, client$: latest(NEVER) }, env), leave).toBe(expected, {
        a: '> bob accept 1',
        p: "> bob's phone select 1",
      })
    }),
  )

  it(
    'is sent once and unchanged if it is for a user, is an invite, or is gone',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('      -i-u-g-', sent)
      const leave = '           9s !'
      const expected = '        -i-u-g-'
      const transmitted$ = signalingOf({ send$, client$: latest(NEVER) }, env)
      expectObservable(transmitted$, leave).toBe(expected, {
        i: { type: 'transmit', message: sent.i },
        u: { type: 'transmit', message: sent.u },
        g: { type: 'transmit', message: sent.g },
      })
    }),
  )

  it(
    'is refused when 256 already wait for that party',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('a'.repeat(257), sent)
      const leave = '           500ms !'
      const expected = '        256ms r'
      expectObservable(outOf({ send$, client$: latest(NEVER, models.O) }, env), leave).toBe(expected, {
        r: 'refused accept relay-unreachable',
      })
    }),
  )
})

describe('a message of the other side', () => {
  const heard = {
    1: numbered(1, incoming('ringing', {})),
    2: numbered(2, incoming('accept', {})),
    p: numbered(1, incoming('ringing', {}, { from: bobsPhone })),
    i: incoming('invite', { media: { audio: true, video: true } }),
    c: incoming('cancel', { reason: 'cancelled' }),
  }

  it(
    'is acknowledged, and delivered once and in the order of its party',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold('   -2--p---1-----2-', heard)
      const expected = '        -x--(yp)(zab)-z-'
      expectObservable(outOf({ arrived$, client$: latest(NEVER, models.r) }, env), '500ms !').toBe(expected, {
        x: '> bob ack 0',
        y: "> bob's phone ack 1",
        p: "< bob's phone ringing",
        z: '> bob ack 2',
        a: '< bob ringing',
        b: '< bob accept',
      })
    }),
  )

  it(
    'is delivered unchanged when it has no number',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold('   -i-i-c-', heard)
      const expected = '        -i-i-c-'
      expectObservable(outOf({ arrived$, client$: latest(NEVER) }, env), '500ms !').toBe(expected, {
        i: '< bob invite',
        c: '< bob cancel',
      })
    }),
  )
})

describe('the channel of a call', () => {
  it(
    'lives for as long as the call is open, whatever is acknowledged',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('      -a---- 1m b', sent)
      const arrived$ = cold('   ---x--', { x: ack(1) })
      const leave = '           60500ms !'
      const expected = '        -a---- 1m b'
      expectObservable(outOf({ send$, arrived$, client$: latest(NEVER) }, env), leave).toBe(expected, {
        a: '> bob accept 1',
        b: '> bob answer 2',
      })
    }),
  )

  it(
    'lives for 10 s after the call, so that its last message arrives',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const send$ = cold('      -h-', sent)
      const client$ = cold('     --e', models)
      const leave = '           1m !'
      const expected = '        -h 999ms h 1999ms h 3999ms h'
      expectObservable(outOf({ send$, client$: latest(client$) }, timers), leave).toBe(expected, {
        h: '> bob hang-up 1',
      })
      const pending$ = cold('   10000ms p--p').pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe('10000ms p--q', { p: 2, q: 0 })
    }),
  )

  it(
    'counts those 10 s only while the relay can be reached, and asks for nothing more then',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const send$ = cold('      -h-', sent)
      const client$ = cold('     --e 4997ms E 54999ms e', models)
      const leave = '           3m !'
      const expected = '        -h 999ms h 1999ms h 56998ms h 999ms h 1999ms h 3999ms h'
      expectObservable(outOf({ send$, client$: latest(client$) }, timers), leave).toBe(expected, {
        h: '> bob hang-up 1',
      })
      const pending$ = cold('   69999ms p-p').pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe('69999ms p-q', { p: 2, q: 0 })
    }),
  )

  it.each([
    ['before it was over', 'x-----', '---e--', '----p-'],
    ['after it', '----x-', '---e--', '-----p'],
  ])('ends with the call when all is acknowledged: %s', (_, acks, over, look) => {
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const send$ = cold('      -h------ 15s a', sent)
      const arrived$ = cold(`   --${acks}`, { x: ack(1) })
      const client$ = cold(`     --${over}`, models)
      const leave = '           15500ms !'
      const expected = '        -h------ 15s a'
      expectObservable(outOf({ send$, arrived$, client$: latest(client$) }, timers), leave).toBe(expected, {
        h: '> bob hang-up 1',
        a: '> bob accept 1',
      })
      const pending$ = cold(`   --${look}`).pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe(`--${look}`, { p: 0 })
    })()
  })

  it(
    'ends with the call when this side sent nothing on it',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const arrived$ = cold('   -x------', { x: numbered(1, incoming('accept', {})) })
      const client$ = cold('     -----e--', models)
      const expected = '        -(yx)---'
      expectObservable(outOf({ arrived$, client$: latest(client$) }, timers), '500ms !').toBe(expected, {
        y: '> bob ack 1',
        x: '< bob accept',
      })
      expectObservable(cold('------p').pipe(map(() => timers.pending()))).toBe('------p', { p: 0 })
    }),
  )

  it(
    'ends when the other side sends gone',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const send$ = cold('      -a-p---', sent)
      const arrived$ = cold('   -----x-', { x: incoming('gone', {}) })
      const leave = '           2s !'
      const expected = '        -a-p-x 997ms p'
      expectObservable(outOf({ send$, arrived$, client$: latest(NEVER, models.r) }, timers), leave).toBe(
        expected,
        {
          a: '> bob accept 1',
          p: "> bob's phone select 1",
          x: '< bob gone',
        },
      )
      expectObservable(cold('----p-p').pipe(map(() => timers.pending()))).toBe('----p-q', { p: 2, q: 1 })
    }),
  )

  it(
    'sends nothing while the relay cannot be reached, and then resumes and sends what waits',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('      -a----b--', sent)
      const arrived$ = cold('   --x------', { x: numbered(1, incoming('accept', {})) })
      const client$ = cold('     ------O 20s o', models)
      const leave = '           20500ms !'
      const expected = '        -a(yx) 20001ms (rab)'
      expectObservable(outOf({ send$, arrived$, client$: latest(client$) }, env), leave).toBe(expected, {
        a: '> bob accept 1',
        y: '> bob ack 1',
        x: '< bob accept',
        r: '> bob resume 1',
        b: '> bob answer 2',
      })
    }),
  )

  it(
    'continues when a resume arrives',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('      -ab-------', sent)
      const arrived$ = cold('   ----x----y-z', {
        x: incoming('resume', { lastSeq: 0 }),
        y: incoming('resume', { lastSeq: 1 }),
        z: incoming('resume', { lastSeq: 2 }),
      })
      const leave = '           9s !'
      const expected = '        -ab-(ab)-b-'
      expectObservable(outOf({ send$, arrived$, client$: latest(NEVER) }, env), leave).toBe(expected, {
        a: '> bob accept 1',
        b: '> bob answer 2',
      })
    }),
  )

  it(
    'begins with the resume that arrives first while the call is open',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold('   -x--------', { x: incoming('resume', { lastSeq: 0 }) })
      const client$ = cold('     ---O---o--', models)
      const leave = '           9s !'
      const expected = '        -------r--'
      expectObservable(outOf({ arrived$, client$: latest(client$) }, env), leave).toBe(expected, {
        r: '> bob resume 0',
      })
    }),
  )

  it(
    'ends all its timers when unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const timers = pendingTimers(env)
      const send$ = cold('      -a-p---', sent)
      const client$ = cold('     -------', models)
      const leave = '           -----!'
      const expected = '        -a-p-'
      expectObservable(outOf({ send$, client$: latest(client$, models.r) }, timers), leave).toBe(expected, {
        a: '> bob accept 1',
        p: "> bob's phone select 1",
      })
      expectReleased(send$, client$).by('^----!')
      expectObservable(cold('----p-p').pipe(map(() => timers.pending()))).toBe('----p-q', { p: 2, q: 0 })
    }),
  )
})

describe('a call that is over', () => {
  const over$ = () => latest(NEVER, models.e)

  it.each([
    numbered(7, incoming('hang-up', { reason: 'hung-up' })),
    numbered(7, incoming('cancel', { reason: 'cancelled' })),
    numbered(7, incoming('decline', {})),
    numbered(7, incoming('busy', {})),
  ])('acknowledges an end message with its own number: $type', (message) => {
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const arrived$ = cold('   -m-m-', { m: message })
      const expected = '        -a-a-'
      expectObservable(outOf({ arrived$, client$: over$() }, timers)).toBe(expected, { a: '> bob ack 7' })
      expectObservable(cold('--p').pipe(map(() => timers.pending()))).toBe('--p', { p: 0 })
    })()
  })

  it.each([
    numbered(1, incoming('ringing', {})),
    numbered(1, incoming('accept', {})),
    numbered(1, incoming('offer', { sdp: 'v=0' })),
    numbered(1, incoming('candidates', { list: [] })),
    incoming('resume', { lastSeq: 3 }),
  ])('answers any other message with gone: $type', (message) => {
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold('   -m-m-', { m: message })
      const expected = '        -g-g-'
      expectObservable(outOf({ arrived$, client$: over$() }, env)).toBe(expected, { g: '> bob gone' })
    })()
  })

  it(
    'ignores an acknowledgement, and accepts gone from the other side, too',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold('   -a-g-', { a: ack(1), g: incoming('gone', {}) })
      const expected = '        ---g-'
      expectObservable(outOf({ arrived$, client$: over$() }, env)).toBe(expected, { g: '< bob gone' })
    }),
  )
})

describe('a call that rings unheard', () => {
  it(
    'keeps its numbers until it is over, and for 70 s if its end never arrives',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const send$ = cold('      r------- 1m a', {
        r: outgoing('ringing', {}, { to: carol, callId: higherId }),
        a: outgoing('accept', {}, { to: carol, callId: higherId }),
      })
      const arrived$ = cold('   --x-----', {
        x: incoming('ack', { seq: 1 }, { from: carol, callId: higherId }),
      })
      const expected = '        r------- 1m a'
      expectObservable(outOf({ send$, arrived$, client$: latest(NEVER) }, timers), '60010ms !').toBe(
        expected,
        {
          r: '> carol ringing 1',
          a: '> carol accept 2',
        },
      )
    }),
  )

  it(
    'keeps them while the relay is away, too',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('      r------------a', {
        r: outgoing('ringing', {}, { to: carol, callId: higherId }),
        a: outgoing('accept', {}, { to: carol, callId: higherId }),
      })
      const arrived$ = cold('   --x-------q---', {
        x: incoming('ack', { seq: 1 }, { from: carol, callId: higherId }),
        q: incoming('resume', { lastSeq: 1 }, { from: carol, callId: higherId }),
      })
      const client$ = cold('    ----f---b', { f: at(idle, offline), b: models.i })
      const expected = '        r------------a'
      expectObservable(outOf({ send$, arrived$, client$: latest(client$, models.i) }, env), '20ms !').toBe(
        expected,
        { r: '> carol ringing 1', a: '> carol accept 2' },
      )
    }),
  )

  it(
    'keeps them while strangers open more channels than there is room for',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('      r---a', {
        r: outgoing('ringing', {}, { to: carol, callId: higherId }),
        a: outgoing('accept', {}, { to: carol, callId: higherId }),
      })
      const flood = Array.from({ length: 70 }, (_, call) =>
        numbered(1, incoming('candidates', { list: [] }, { from: bob, callId: virtualId(0x1000 + call) })),
      )
      const arrived$ = merge(
        cold('--x', { x: incoming('ack', { seq: 1 }, { from: carol, callId: higherId }) }),
        cold('---f').pipe(concatMap(() => flood)),
      )
      const out$ = outOf({ send$, arrived$, client$: latest(NEVER, models.i) }, env)
      const ours$ = out$.pipe(filter((output) => output.includes('> carol')))
      expectObservable(ours$, '10ms !').toBe('r---a', { r: '> carol ringing 1', a: '> carol accept 2' })
    }),
  )

  it(
    'releases its timer after that',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const send$ = cold('      r', { r: outgoing('ringing', {}, { to: carol, callId: higherId }) })
      const arrived$ = cold('   --x', { x: incoming('ack', { seq: 1 }, { from: carol, callId: higherId }) })
      expectObservable(outOf({ send$, arrived$, client$: latest(NEVER) }, timers), '80s !').toBe('r', {
        r: '> carol ringing 1',
      })
      const pending$ = cold('   69999ms p--p').pipe(map(() => timers.pending()))
      expectObservable(pending$).toBe('69999ms p--q', { p: 1, q: 0 })
    }),
  )
})

describe('a call that is unknown to this side', () => {
  const mallorys = (call: number, seq: number) =>
    numbered(seq, incoming('ringing', {}, { from: carol, callId: virtualId(call) }))

  it(
    'has its messages buffered in order for 60 s, and its resume answered with gone',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const arrived$ = cold('   -2-r-1------ 1m 1', {
        1: mallorys(1, 1),
        2: mallorys(1, 2),
        r: incoming('resume', { lastSeq: 3 }, { callId: higherId }),
      })
      const expected = '        -x-g-(yrr) 60002ms (zr)'
      expectObservable(outOf({ arrived$, client$: latest(NEVER) }, timers), '61s !').toBe(expected, {
        x: '> carol ack 0',
        g: '> bob gone',
        y: '> carol ack 2',
        z: '> carol ack 1',
        r: '< carol ringing',
      })
      expectObservable(cold('--p 1m p').pipe(map(() => timers.pending()))).toBe('--p 1m q', { p: 1, q: 0 })
    }),
  )

  it(
    'opens no channel for an acknowledgement or gone',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const arrived$ = cold('   -a-g---', {
        a: incoming('ack', { seq: 1 }, { callId: higherId }),
        g: incoming('gone', {}, { callId: higherId }),
      })
      const expected = '        ---g---'
      expectObservable(outOf({ arrived$, client$: latest(NEVER) }, timers), '500ms !').toBe(expected, {
        g: '< bob gone',
      })
      expectObservable(cold('--p-p').pipe(map(() => timers.pending()))).toBe('--p-p', { p: 0 })
    }),
  )

  it(
    'has one of at most 64 channels, of which the oldest is closed; those of the open call stay',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const bobs = (seq: number) => numbered(seq, incoming('ringing', {}))
      const flood = Array.from({ length: 200 }, (_, n) => mallorys(n + 1, 2))
      const arrived$ = cold('   -b-m---o--------n----c', {
        b: [bobs(2)],
        m: flood,
        o: [mallorys(137, 1)],
        n: [mallorys(139, 1)],
        c: [bobs(1)],
      }).pipe(mergeMap((messages) => messages))
      const expected = '        -b-----(or)-----(nrr)(css)'
      const told$ = outOf({ arrived$, client$: latest(NEVER) }, timers).pipe(
        filter((said) => said !== '> carol ack 0'),
      )
      expectObservable(told$, '50ms !').toBe(expected, {
        b: '> bob ack 0',
        o: '> carol ack 1',
        n: '> carol ack 2',
        c: '> bob ack 2',
        r: '< carol ringing',
        s: '< bob ringing',
      })
      expectObservable(cold('-----p').pipe(map(() => timers.pending()))).toBe('-----p', { p: 63 })
    }),
  )

  it(
    'stays for a device of the called user that does not ring, whatever strangers send',
    marbleTest(({ cold, env, expectObservable }) => {
      const busy = numbered(1, incoming('busy', {}))
      const flood = Array.from({ length: 200 }, (_, n) => mallorys(n + 1, 2))
      const arrived$ = cold('   -b-m-b', { b: [busy], m: flood }).pipe(mergeMap((messages) => messages))
      const client$ = latest(NEVER, at({ ...alerting, contacts: [bobsPhone] }))
      const expected = '        -(ab)a'
      const told$ = outOf({ arrived$, client$ }, env).pipe(filter((said) => said !== '> carol ack 0'))
      expectObservable(told$, '50ms !').toBe(expected, {
        a: '> bob ack 1',
        b: '< bob busy',
      })
    }),
  )

  it(
    'cannot take a channel of the open call, whose other user has at most 64, too',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const devices = Array.from({ length: 200 }, (_, n) =>
        numbered(1, incoming('ringing', {}, { from: { user: 'bob', party: virtualId(n) } })),
      )
      const arrived$ = cold('   -m', { m: devices }).pipe(mergeMap((messages) => messages))
      const client$ = cold('     ---O--o', models)
      const resumes$ = outOf({ arrived$, client$: latest(client$) }, timers).pipe(
        filter((said) => said.includes('resume')),
        skip(64),
        map(() => 'one too many'),
      )
      expectObservable(resumes$, '50ms !').toBe('')
    }),
  )
})
