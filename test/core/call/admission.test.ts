import { BehaviorSubject } from 'rxjs'
import { describe, it } from 'vitest'
import { admission } from '../../../src/core/call/admission.ts'
import type { CallState } from '../../../src/core/call/state.ts'
import {
  defaultSettings,
  initialModel,
  reduce,
  type CallAction,
  type CallEvent,
  type ClientModel,
  type IncomingMessage,
} from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import { errorOf } from '../support/errors.ts'
import { marbleTest } from '../support/marble-test.ts'
import { incoming, outgoing } from '../support/messages.ts'
import { alice, audioAndVideo, audioOnly, bob, callId, carol, higherId, lowerId } from '../support/parties.ts'
import {
  alerting,
  capturing,
  connected,
  ended,
  everyState,
  idle,
  inviting,
  ringing,
} from '../support/states.ts'

const settings = defaultSettings
const media = audioAndVideo
const acts = (action: CallAction): CallEvent => ({ type: 'action', action })
const receives = (message: IncomingMessage): CallEvent => ({ type: 'received', message })
const model = (call: CallState): ClientModel => ({
  ...initialModel,
  connection: { status: 'online', self: alice },
  call,
})
const refusal = (code: Parameters<typeof errorOf>[0]) => ({ type: 'error', error: errorOf(code) })

/** What becomes, in this order, of one event in a client whose call is in this state. */
const decides = (state: CallState, event: CallEvent, outcomes: unknown, given = model(state)) => {
  marbleTest(({ hot, env, expectObservable }) => {
    const event$ = hot('        --e--', { e: event })
    const all: unknown[] = outcomes === undefined ? [] : Array.isArray(outcomes) ? outcomes : [outcomes]
    const symbols = all.map((_, index) => String(index)).join('')
    const expected = all.length === 0 ? '-----' : `--(${symbols})`
    const sources = { event$, model$: new BehaviorSubject(given), settings }
    expectObservable(admission(sources, env)).toBe(expected, all)
  })()
}
const dismisses = (id = callId, user = 'bob') => ({ type: 'dismissed', invite: { callId: id, user } })

const states = Object.entries(everyState)
const open = states.filter(([name]) => name !== 'idle' && name !== 'ended')
const free = states.filter(([name]) => name === 'idle' || name === 'ended')

describe('admission: calling', () => {
  it.each(free)('lets the user call somebody: %s', (_, state) => {
    const dialled = { type: 'dialled', callId: virtualId(1), remote: { user: 'bob' }, media }
    decides(state, acts({ type: 'call', user: 'bob' }), dialled)
  })

  it('captures what the user chose, where the user chose', () => {
    const dialled = { type: 'dialled', callId: virtualId(1), remote: { user: 'bob' }, media: audioOnly }
    decides(idle, acts({ type: 'call', user: 'bob', media: audioOnly }), dialled)
  })

  it.each(open)('refuses a second call: %s', (_, state) => {
    decides(state, acts({ type: 'call', user: 'carol' }), refusal('already-in-call'))
  })

  it.each(['', ' bob', 'bob\n', 'b'.repeat(65)])('refuses a name that nobody can have: %j', (user) => {
    decides(idle, acts({ type: 'call', user }), refusal('invalid-name'))
  })

  it("refuses the user's own name, as far as it is known", () => {
    const call = acts({ type: 'call', user: 'alice' })
    const dialled = { type: 'dialled', callId: virtualId(1), remote: { user: 'alice' }, media }
    decides(idle, call, refusal('invalid-name'))
    decides(idle, call, dialled, initialModel)
  })

  it(
    'gives each call an id of its own',
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot('      -e-e-', { e: acts({ type: 'call', user: 'bob' }) })
      const expected = '        -a-b-'
      const sources = { event$, model$: new BehaviorSubject(model(idle)), settings }
      expectObservable(admission(sources, env)).toBe(expected, {
        a: { type: 'dialled', callId: virtualId(1), remote: { user: 'bob' }, media },
        b: { type: 'dialled', callId: virtualId(2), remote: { user: 'bob' }, media },
      })
    }),
  )
})

describe('admission: actions that need a call', () => {
  it.each(states)('answers and declines what rings, and nothing else: %s', (name, state) => {
    const outcome = name === 'ringing' ? undefined : refusal('not-ringing')
    decides(state, acts({ type: 'accept' }), outcome)
    decides(state, acts({ type: 'decline' }), outcome)
  })

  it.each(states)('hangs up, mutes and sends in an open call alone: %s', (name, state) => {
    const outcome = name === 'idle' || name === 'ended' ? refusal('not-in-call') : undefined
    decides(state, acts({ type: 'hang-up' }), outcome)
    decides(state, acts({ type: 'mute', kind: 'audio', muted: true }), outcome)
    decides(state, acts({ type: 'send', text: 'hi' }), outcome)
  })

  it.each(states)('lets the user leave at any time: %s', (_, state) => {
    decides(state, acts({ type: 'close' }), undefined)
  })
})

describe('admission: invites', () => {
  const invite = (changed: Parameters<typeof incoming>[2] = {}) =>
    receives(incoming('invite', { media }, changed))
  const rang = (ringMs: number) => ({ type: 'rang', callId, remote: bob, media, ringMs })

  it.each(free)('lets it ring: %s', (_, state) => {
    decides(state, invite(), rang(60_000))
  })

  it('lets it ring for what is left of its time', () => {
    decides(idle, invite({ ttlMs: 20_000, ageMs: 5_000 }), rang(15_000))
    decides(idle, invite({ ageMs: 5_000 }), rang(55_000))
  })

  it('lets it ring where just enough time is left, and not with less', () => {
    decides(idle, invite({ ttlMs: 10_000, ageMs: 7_000 }), rang(3_000))
    decides(idle, invite({ ttlMs: 10_000, ageMs: 7_001 }), dismisses())
    decides(idle, invite({ ttlMs: 10_000, ageMs: 99_000 }), dismisses())
  })

  it('takes a call that ended for over: the other side may call again at once', () => {
    decides(ended, invite({ callId: higherId }), { ...rang(60_000), callId: higherId })
  })

  it.each(open)('is busy for a third party: %s', (_, state) => {
    const busy = { type: 'send', message: outgoing('busy', {}, { callId: higherId, to: carol }) }
    decides(state, invite({ callId: higherId, from: carol }), [dismisses(higherId, 'carol'), busy])
    decides(state, invite({ callId: lowerId, from: carol }), [
      dismisses(lowerId, 'carol'),
      { type: 'send', message: { ...busy.message, callId: lowerId } },
    ])
  })

  it.each(open)('takes the same invite once: %s', (_, state) => {
    decides(state, invite(), undefined)
  })

  it('is busy for the other side too where their call is open already', () => {
    const busy = { type: 'send', message: outgoing('busy', {}, { callId: lowerId, to: bob }) }
    for (const state of [ringing, connected])
      decides(state, invite({ callId: lowerId }), [dismisses(lowerId), busy])
  })

  it.each(states)('is not moved by any other message: %s', (_, state) => {
    decides(state, receives(incoming('ringing', {})), undefined)
    decides(state, receives(incoming('offer', { sdp: 'sdp' }, { callId: lowerId, from: carol })), undefined)
  })
})

describe('admission: what came too late', () => {
  const invite = (from = bob) => receives(incoming('invite', { media }, { from }))
  const after = (...events: CallEvent[]) => events.reduce(reduce, model(idle))

  it('does not ring for a call that is over, whoever names it', () => {
    const over = after(
      { type: 'rang', callId, remote: bob, media, ringMs: 60_000 },
      { type: 'ended', callId, reason: 'cancelled', by: 'remote' },
    )
    decides(idle, invite(), undefined, over)
    decides(idle, invite(carol), undefined, over)
  })

  it.each(['cancel', 'hang-up'] as const)('does not ring for an invite that its own %s overtook', (type) => {
    const farewell =
      type === 'cancel' ? incoming(type, { reason: 'cancelled' }) : incoming(type, { reason: 'hung-up' })
    decides(idle, receives(farewell), dismisses())
    decides(idle, invite(), undefined, after({ type: 'dismissed', invite: { callId, user: 'bob' } }))
  })

  it('cannot be kept from ringing by somebody else', () => {
    const given = after({ type: 'dismissed', invite: { callId, user: 'carol' } })
    decides(idle, invite(), { type: 'rang', callId, remote: bob, media, ringMs: 60_000 }, given)
  })
})

describe('admission: an accept', () => {
  const accept = (id = callId) => receives(incoming('accept', {}, { callId: id }))

  it('of the open call is for the call', () => {
    decides(inviting, accept(), undefined)
  })

  it('of a call that is over, or gave way, is answered with gone', () => {
    const gone = (id: string) => ({
      type: 'send',
      message: outgoing('gone', {}, { callId: id, to: bob }),
    })
    decides(idle, accept(), gone(callId))
    decides(connected, accept(lowerId), gone(lowerId))
  })
})

describe('admission: glare', () => {
  const invite = (id: string) => receives(incoming('invite', { media }, { callId: id }))
  const yieldsTo = (to: string) => ({ type: 'yielded', callId, to, remote: bob })

  it('gives way to the lower call id, and holds against the higher one', () => {
    for (const state of [inviting, alerting]) {
      decides(state, invite(lowerId), yieldsTo(lowerId))
      decides(state, invite(higherId), dismisses(higherId))
    }
  })

  it('always gives way while its own invite is not out', () => {
    decides(capturing, invite(lowerId), yieldsTo(lowerId))
    decides(capturing, invite(higherId), yieldsTo(higherId))
  })
})

describe('admission', () => {
  it(
    'fails as its sources do',
    marbleTest(({ hot, env, expectObservable }) => {
      const sources = { event$: hot<CallEvent>('--#'), model$: new BehaviorSubject(model(idle)), settings }
      expectObservable(admission(sources, env)).toBe('--#')
    }),
  )

  it(
    'decides nothing any more, and lets go of its sources, when it is unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectSubscriptions }) => {
      const event$ = cold('     -----e-', { e: acts({ type: 'call', user: 'bob' }) })
      const model$ = cold('     m------', { m: model(idle) })
      const leave = '           ---!   '
      const subscribed = '      ^--!   '
      expectObservable(admission({ event$, model$, settings }, env), leave).toBe('----')
      expectSubscriptions(event$.subscriptions).toBe([subscribed, subscribed])
      expectSubscriptions(model$.subscriptions).toBe([subscribed, subscribed])
    }),
  )
})
