import { BehaviorSubject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Address, CallEvent } from '../../../../src/core/index.ts'
import { initialState } from '../../../../src/core/stages/index.ts'
import { virtualId } from '../../../../src/testing/marbles.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { outgoing } from '../../support/messages.ts'
import { audioAndVideo as media, audioOnly, bob, callId } from '../../support/parties.ts'
import {
  acts,
  decides,
  free,
  model,
  open,
  refusal,
  settings,
  setupStages,
  states,
} from '../../support/setup-stages.ts'
import { alerting, capturing, everyState, idle, inviting } from '../../support/states.ts'

describe('calling somebody', () => {
  it.each(free)('starts a call: %s', (_, state) => {
    const dialled = { type: 'outgoing', callId: virtualId(1), remote: { user: 'bob' }, media }
    decides(state, acts({ type: 'call', user: 'bob' }), dialled)
  })

  it('captures the media that the user chose', () => {
    const dialled = { type: 'outgoing', callId: virtualId(1), remote: { user: 'bob' }, media: audioOnly }
    decides(idle, acts({ type: 'call', user: 'bob', media: audioOnly }), dialled)
  })

  it.each(open)('refuses a second call: %s', (_, state) => {
    decides(state, acts({ type: 'call', user: 'carol' }), refusal('already-in-call'))
  })

  it.each(['', ' bob', 'bob\n', 'b'.repeat(65)])('refuses a name that nobody can have: %j', (user) => {
    decides(idle, acts({ type: 'call', user }), refusal('invalid-name'))
  })

  it.each(['alice', 'ALICE', 'ａlice', 'al\ufe0fice'])("refuses the user's own name, as %s", (user) => {
    const call = acts({ type: 'call', user })
    decides(idle, call, refusal('invalid-name'))
    const connecting = { status: 'connecting', user: 'Alice' } as const
    decides(idle, call, refusal('invalid-name'), { ...initialState, connection: connecting })
  })

  it('calls a name that may be its own while that is unknown', () => {
    const dialled = { type: 'outgoing', callId: virtualId(1), remote: { user: 'alice' }, media }
    decides(idle, acts({ type: 'call', user: 'alice' }), dialled, initialState)
  })

  describe('once the relay says that the user is the one who is called', () => {
    const isBob: CallEvent = { type: 'connection', connection: { status: 'online', self: bob } }
    const ended = {
      type: 'ended',
      callId,
      at: expect.any(Number) as number,
      reason: 'failed',
      by: 'local',
      error: errorOf('invalid-name'),
    }
    const cancel = (to: Address) => ({
      type: 'send',
      message: { ...outgoing('cancel', { reason: 'cancelled' }), to },
    })

    it('ends the call, and cancels it wherever it may ring', () => {
      decides(capturing, isBob, [ended])
      decides(inviting, isBob, [cancel({ user: 'bob' }), ended])
      decides(alerting, isBob, [cancel({ user: 'bob' }), cancel(bob), ended])
    })

    it.each(Object.entries(everyState).filter(([, { phase }]) => phase !== 'calling'))(
      'changes nothing unless the user calls itself: %s',
      (_, state) => decides(state, isBob, undefined),
    )
  })

  it(
    'gives each call another id',
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot('      -e-e-', { e: acts({ type: 'call', user: 'bob' }) })
      const expected = '        -a-b-'
      const sources = { event$, client$: new BehaviorSubject(model(idle)), settings }
      expectObservable(setupStages(sources, env)).toBe(expected, {
        a: { type: 'outgoing', callId: virtualId(1), remote: { user: 'bob' }, media },
        b: { type: 'outgoing', callId: virtualId(2), remote: { user: 'bob' }, media },
      })
    }),
  )
})

describe('actions that need a call', () => {
  it.each(states)('accepts and declines only a ringing call: %s', (name, state) => {
    const outcome = name === 'ringing' ? undefined : refusal('not-ringing')
    decides(state, acts({ type: 'accept' }), outcome)
    decides(state, acts({ type: 'decline' }), outcome)
  })

  it.each(states)('hangs up, mutes and sends only in an open call: %s', (name, state) => {
    const outcome = name === 'idle' || name === 'ended' ? refusal('not-in-call') : undefined
    decides(state, acts({ type: 'hang-up' }), outcome)
    decides(state, acts({ type: 'mute', kind: 'audio', muted: true }), outcome)
    decides(state, acts({ type: 'send', id: 't', text: 'hi' }), outcome)
  })

  it.each(states)('lets the user leave at any time: %s', (_, state) => {
    decides(state, acts({ type: 'close' }), undefined)
  })
})
