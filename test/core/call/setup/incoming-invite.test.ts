import { BehaviorSubject, filter, map, merge } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { reduceCall } from '../../../../src/core/call/reduce-call.ts'
import { type CallFact } from '../../../../src/core/call/state.ts'
import { defaultSettings, type CallEvent, type ClientState, type Party } from '../../../../src/core/index.ts'
import { reduce } from '../../../../src/core/stages/index.ts'
import { loop } from '../../../../src/core/rx/loop.ts'
import { isCurrent } from '../../../../src/core/client-state.ts'
import { virtualId } from '../../../../src/testing/marbles.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming, outgoing } from '../../support/messages.ts'
import {
  alice,
  audioAndVideo as media,
  audioOnly,
  bob,
  bobsPhone,
  callId,
  carol,
  higherId,
  lowerId,
} from '../../support/parties.ts'
import {
  acts,
  decides,
  dismisses,
  free,
  model,
  open,
  receives,
  settings,
  setupStages,
  states,
} from '../../support/setup-stages.ts'
import { capturing, connected, ended, everyState, idle, inviting, ringing } from '../../support/states.ts'

const elsewhere = { reason: 'answered-elsewhere' } as const

describe('an invite', () => {
  const invite = (changed: Parameters<typeof incoming>[2] = {}) =>
    receives(incoming('invite', { media }, changed))
  const rang = (ringMs: number) => ({ type: 'incoming', callId, remote: bob, media, ringMs })

  it.each(free)('rings: %s', (_, state) => {
    decides(state, invite(), rang(60_000))
  })

  describe('that names features', () => {
    const asks = (...features: string[]) => receives(incoming('invite', { media, features }))
    const known = [{ id: 'captions' }, { id: 'reactions' }, { id: 'parking', usesRelay: true }]
    const over = (features?: string[]) => ({
      ...model(idle),
      connection: { status: 'online', self: alice, ...(features && { features }) } as const,
    })
    const shares = (...features: string[]) => ({ ...rang(60_000), features })

    it('uses those that this side knows, and ignores the others', () => {
      decides(idle, asks('unheard-of', 'reactions'), shares('reactions'), over(), known)
      decides(idle, asks('unheard-of'), rang(60_000), over(), known)
      decides(idle, asks(), rang(60_000), over(), known)
      decides(idle, asks('captions'), rang(60_000), over())
    })

    it('uses one that needs the relay only if the relay names it', () => {
      decides(idle, asks('parking', 'captions'), shares('captions'), over(), known)
      decides(idle, asks('parking', 'captions'), shares('captions', 'parking'), over(['parking']), known)
      const offline = { ...model(idle), connection: { status: 'connecting' } as const }
      decides(idle, asks('parking'), rang(60_000), offline, known)
    })

    it('uses them after it loses glare', () => {
      const yields = { type: 'yielded', callId, to: lowerId, remote: bob, features: ['captions'] }
      const lower = receives(incoming('invite', { media, features: ['captions'] }, { callId: lowerId }))
      decides(capturing, lower, yields, model(capturing), known)
    })
  })

  it('rings for its remaining time', () => {
    decides(idle, invite({ ttlMs: 20_000, ageMs: 5_000 }), rang(15_000))
    decides(idle, invite({ ageMs: 5_000 }), rang(55_000))
  })

  it('rings when just enough time is left, and not with less', () => {
    decides(idle, invite({ ttlMs: 10_000, ageMs: 7_000 }), rang(3_000))
    decides(idle, invite({ ttlMs: 10_000, ageMs: 7_001 }), dismisses())
    decides(idle, invite({ ttlMs: 10_000, ageMs: 99_000 }), dismisses())
  })

  it('treats an ended call as over: the other side may call again at once', () => {
    decides(ended, invite({ callId: higherId }), { ...rang(60_000), callId: higherId })
  })

  it('waits while another stranger rings: it is repeated', () => {
    decides(ringing, invite({ callId: higherId, from: carol }), undefined)
  })

  it.each(open.filter(([name]) => name !== 'ringing'))('is busy for a third party: %s', (_, state) => {
    const busy = { type: 'send', message: outgoing('busy', {}, { callId: higherId, to: carol }) }
    decides(state, invite({ callId: higherId, from: carol }), [dismisses(higherId, 'carol'), busy])
    decides(state, invite({ callId: lowerId, from: carol }), [
      dismisses(lowerId, 'carol'),
      { type: 'send', message: { ...busy.message, callId: lowerId } },
    ])
  })

  it.each(open)('rings once for the same invite: %s', (_, state) => {
    decides(state, invite(), undefined)
  })

  it.each(states)('is not affected by any other message: %s', (_, state) => {
    decides(state, receives(incoming('select', {})), undefined)
    decides(state, receives(incoming('offer', { sdp: 'sdp' }, { callId: lowerId, from: carol })), undefined)
  })
})

describe('the other side calls again', () => {
  const invite = (from: Party, more: { ttlMs?: number } = {}) =>
    receives(incoming('invite', { media: audioOnly }, { callId: lowerId, from, ...more }))
  const rang = (remote: Party) => ({
    type: 'incoming',
    callId: lowerId,
    remote,
    media: audioOnly,
    ringMs: 60_000,
  })
  const hungUp = [
    { type: 'send', message: outgoing('hang-up', { reason: 'hung-up' }) },
    { type: 'ended', callId, at: expect.any(Number) as number, reason: 'hung-up', by: 'remote' },
  ]

  it.each(['accepted', 'connecting', 'connected', 'reconnecting'])(
    'ends the open call once nothing arrives over it, hangs up, and rings: %s',
    (name) =>
      marbleTest(({ hot, env, expectObservable }) => {
        const event$ = hot('      --i        ', { i: invite(bobsPhone) })
        const expected = '        -- 2s (hrR)'
        const client$ = new BehaviorSubject(model(everyState[name] ?? idle))
        const [h, r] = hungUp
        expectObservable(setupStages({ event$, client$, settings }, env)).toBe(expected, {
          h,
          r,
          R: { ...rang(bobsPhone), ringMs: 58_000 },
        })
      })(),
  )

  it(
    'is busy while bytes arrive over the open call',
    marbleTest(({ hot, env, expectObservable }) => {
      const bytes = (count: number): CallEvent => ({
        type: 'peer',
        callId,
        epoch: 0,
        event: { type: 'received', bytes: count },
      })
      const event$ = hot('i 500ms a 500ms b 500ms c 500ms d 500ms e 500ms ', {
        i: invite(bobsPhone),
        ...{ a: bytes(1), b: bytes(2), c: bytes(3), d: bytes(4), e: bytes(5) },
      })
      const expected = ' 3s (db)'
      const client$ = new BehaviorSubject(model(connected))
      expectObservable(setupStages({ event$, client$, settings }, env)).toBe(expected, {
        d: dismisses(lowerId),
        b: { type: 'send', message: outgoing('busy', {}, { callId: lowerId, to: bobsPhone }) },
      })
    }),
  )

  it.each(['ringing', 'connected', 'reconnecting'])(
    'waits for the device that has the call to leave it first, because its invite may be an old one: %s',
    (name) => decides(everyState[name] ?? idle, invite(bob), undefined),
  )

  it('treats the old ringing call as cancelled, and rings for the new one', () => {
    decides(ringing, invite(bobsPhone), [
      { type: 'send', message: outgoing('busy', {}) },
      { type: 'ended', callId, at: expect.any(Number) as number, reason: 'cancelled', by: 'remote' },
      rang(bobsPhone),
    ])
  })

  it('keeps the open call when the new invite is too old to ring', () => {
    decides(connected, invite(bobsPhone, { ttlMs: 2_999 }), dismisses(lowerId))
    decides(inviting, invite(bob, { ttlMs: 2_999 }), dismisses(lowerId))
  })
})

describe('a message that overtakes its invite', () => {
  const message = {
    i: receives(incoming('invite', { media }, { ttlMs: 300_000 })),
    o: receives(incoming('offer', { sdp: 'sdp' })),
    c: receives(incoming('candidates', { list: [] })),
    s: receives(incoming('select', {})),
    k: receives(incoming('offer', { sdp: 'sdp' }, { from: carol })),
    p: receives(incoming('offer', { sdp: 'sdp' }, { from: bobsPhone })),
  }
  const rang = { type: 'incoming', callId, remote: bob, media, ringMs: 300_000 }

  it(
    'is buffered, and released once and in order when its call rings; messages of others are not',
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot('      -okpc-s--i-----i', message)
      const expected = '        ---------(rocs)r'
      const sources = { event$, client$: new BehaviorSubject(model(idle)), settings }
      expectObservable(setupStages(sources, env)).toBe(expected, { ...message, r: rang })
    }),
  )

  it(
    'is released to the call that this side yields to',
    marbleTest(({ hot, env, expectObservable }) => {
      const theirs = { callId: lowerId }
      const event$ = hot('      -o---i--', {
        o: receives(incoming('offer', { sdp: 'sdp' }, theirs)),
        i: receives(incoming('invite', { media }, theirs)),
      })
      const expected = '        -----(cyo)'
      const sources = { event$, client$: new BehaviorSubject(model(inviting)), settings }
      expectObservable(setupStages(sources, env)).toBe(expected, {
        y: { type: 'yielded', callId, to: lowerId, remote: bob },
        c: { type: 'send', message: outgoing('cancel', elsewhere, { to: { user: 'bob' } }) },
        o: receives(incoming('offer', { sdp: 'sdp' }, theirs)),
      })
    }),
  )

  it(
    'is dropped after a minute, and when the invite does not ring',
    marbleTest(({ hot, env, expectObservable }) => {
      const expired = receives(incoming('invite', { media }, { ttlMs: 10 }))
      const event$ = hot('      -o-e 59996ms c---i--', { ...message, e: expired })
      const expected = '        ---d 60000ms (rc)'
      const sources = { event$, client$: new BehaviorSubject(model(idle)), settings }
      expectObservable(setupStages(sources, env)).toBe(expected, { ...message, d: dismisses(), r: rang })
    }),
  )

  it('of a call that is over is not buffered', () => {
    const over = { ...model(idle), endedCalls: [callId] }
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot<CallEvent>('-o--i--', message)
      const client$ = hot('           m--n---', { m: over, n: model(idle) })
      const expected = '             ----r--'
      expectObservable(setupStages({ event$, client$, settings }, env)).toBe(expected, { r: rang })
    })()
  })
})

describe('strangers and declined callers', () => {
  const mallory: Party = { user: 'mallory', party: 'd'.repeat(32) }
  const marvin: Party = { user: 'marvin', party: 'e'.repeat(32) }
  const ids = {
    mallory: virtualId(0x71),
    marvin: virtualId(0x72),
    carol: virtualId(0x73),
    again: virtualId(0x74),
  }
  const invites = (id: string, from = carol) =>
    receives(incoming('invite', { media }, { callId: id, from, ttlMs: 60_000 }))
  const rings = (id: string, remote: Party, ringMs: number): CallEvent => ({
    type: 'incoming',
    callId: id,
    remote,
    media,
    ringMs,
  })
  const over = (
    id: string,
    reason: 'no-answer' | 'declined' | 'cancelled',
    by: 'local' | 'remote',
  ): CallEvent => ({
    type: 'ended',
    callId: id,
    at: expect.any(Number) as number,
    reason,
    by,
  })
  const events = {
    /** This client calls carol and gives up. From then on she is a friend. */
    f: { type: 'outgoing', callId: virtualId(0x70), remote: { user: 'carol' }, media },
    F: over(virtualId(0x70), 'cancelled', 'local'),
    m: invites(ids.mallory, mallory),
    n: invites(ids.marvin, marvin),
    c: invites(ids.carol),
    a: invites(ids.again, mallory),
    M: rings(ids.mallory, mallory, 20_000),
    N: rings(ids.marvin, marvin, 20_000),
    C: rings(ids.carol, carol, 60_000),
    A: rings(ids.again, mallory, 20_000),
    x: acts({ type: 'decline' }),
    D: over(ids.mallory, 'declined', 'local'),
    E: over(ids.mallory, 'no-answer', 'local'),
    G: over(ids.again, 'cancelled', 'remote'),
    y: dismisses(ids.marvin, 'marvin') as CallEvent,
  } as const

  /** The outputs of the setup stages for these inputs, in a client that applies them. A call would add the rest. */
  const leadsTo = (marbles: string, expected: string) =>
    marbleTest(({ hot, env, expectObservable }) => {
      const input$ = hot<CallEvent>(marbles, events)
      const client = loop<ClientState, CallEvent>(
        { initial: model(idle), reduce, admit: isCurrent },
        (event$, client$) => merge(input$, setupStages({ event$, client$, settings: defaultSettings }, env)),
      )
      const inputs: readonly CallEvent['type'][] = ['received', 'action', 'outgoing', 'error']
      const outputs$ = client.pipe(
        map(({ event }) => event),
        filter(({ type }) => !inputs.includes(type)),
      )
      expectObservable(outputs$).toBe(expected, events)
    })

  it(
    'ring for 20 s if they are strangers, and for the full time if they are friends',
    leadsTo('m-E-fF-c', 'M-E--F-C'),
  )

  it(
    'ring again only after a pause when they were declined, if the invite is repeated then',
    leadsTo('mD 9ms a 3988ms a 1s a', 'MD 9ms - 3988ms - 1s A'),
  )

  it('are dismissed without an answer once strangers have rung often enough in a minute', () => {
    const two = { ...defaultSettings, strangerRings: 2 }
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot<CallEvent>('MDAGn 60s n', events)
      const client$ = new BehaviorSubject(model(idle))
      expectObservable(setupStages({ event$, client$, settings: two }, env)).toBe('----y 60s N', events)
    })()
  })

  it('are replaced, without an answer, by a friend who calls while they ring', leadsTo('fF-m-c', '-F-M-(EC)'))

  it('do not disturb a friend who rings', () => {
    const busy = [
      dismisses(ids.mallory, 'mallory'),
      { type: 'send', message: outgoing('busy', {}, { callId: ids.mallory, to: mallory }) },
    ]
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot<CallEvent>('fFC-m', events)
      const call = reduceCall(idle, { ...events.C, type: 'incoming' } as CallFact)
      const client$ = new BehaviorSubject(model(call))
      expectObservable(setupStages({ event$, client$, settings: defaultSettings }, env)).toBe('----(ab)', {
        a: busy[0],
        b: busy[1],
      })
    })()
  })

  it(
    'wait for each other, and pause after they rang',
    leadsTo('m 999ms n 999ms E-a-n', 'M 999ms - 999ms E---N'),
  )
})

describe('the stages of setup', () => {
  it(
    'errors when a source errors',
    marbleTest(({ hot, env, expectObservable }) => {
      const sources = { event$: hot<CallEvent>('--#'), client$: new BehaviorSubject(model(idle)), settings }
      expectObservable(setupStages(sources, env)).toBe('--#')
    }),
  )

  it(
    'releases its sources when unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const event$ = cold('     -----e-', { e: acts({ type: 'call', user: 'bob' }) })
      const client$ = cold('     m------', { m: model(idle) })
      const leave = '           ---!   '
      expectObservable(setupStages({ event$, client$, settings }, env), leave).toBe('----')
      expectReleased(event$, client$).by(leave)
    }),
  )
})
