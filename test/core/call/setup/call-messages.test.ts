import { BehaviorSubject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { callMessages, concerns, isOfOtherParty } from '../../../../src/core/call/setup/call-messages.ts'
import type { CallEvent } from '../../../../src/core/index.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { bob, bobsPhone, carol, higherId } from '../../support/parties.ts'
import { receives } from '../../support/setup-stages.ts'
import { alerting, connecting, ended, idle, ringing } from '../../support/states.ts'

describe('callMessages', () => {
  const ofBob = incoming('ringing', {}, { from: bob })
  const ofPhone = incoming('ringing', {}, { from: bobsPhone })
  const events = {
    b: receives(ofBob),
    p: receives(ofPhone),
    c: receives(incoming('ringing', {}, { from: carol })),
  }

  it(
    'separates the device that has the call from the others, and drops what is not of this call',
    marbleTest(({ hot, expectObservable, expectReleased }) => {
      const event$ = hot<CallEvent>('      -b-p-c-', events)
      const { message$, otherParty$ } = callMessages(event$, new BehaviorSubject(connecting))
      expectObservable(message$, '    ------!').toBe('-b-----', { b: ofBob })
      expectObservable(otherParty$, ' ------!').toBe('---p---', { p: ofPhone })
      expectReleased(event$).by('      ------!')
    }),
  )

  it(
    'takes every device until one has answered, and nothing without an open call',
    marbleTest(({ hot, expectObservable }) => {
      const event$ = hot<CallEvent>('-b-p-', events)
      expectObservable(callMessages(event$, new BehaviorSubject(alerting)).message$).toBe('-b-p-', {
        b: ofBob,
        p: ofPhone,
      })
      for (const state of [idle, ended])
        expectObservable(callMessages(event$, new BehaviorSubject(state)).message$).toBe('-----')
    }),
  )
})

describe('concerns', () => {
  it('is true for any device of the callee until one has answered, and then for that one alone', () => {
    expect(concerns(incoming('ringing', {}), alerting)).toBe(true)
    expect(concerns(incoming('ringing', {}, { from: bobsPhone }), alerting)).toBe(true)
    expect(concerns(incoming('ringing', {}), connecting)).toBe(true)
    expect(concerns(incoming('ringing', {}, { from: bobsPhone }), connecting)).toBe(false)
  })

  it('is false for another user or another call', () => {
    for (const state of [alerting, connecting]) {
      expect(concerns(incoming('hang-up', { reason: 'hung-up' }, { from: carol }), state)).toBe(false)
      expect(concerns(incoming('hang-up', { reason: 'hung-up' }, { callId: higherId }), state)).toBe(false)
      const impostor = { user: 'carol', party: bob.party }
      expect(concerns(incoming('hang-up', { reason: 'hung-up' }, { from: impostor }), state)).toBe(false)
    }
  })
})

describe('isOfOtherParty', () => {
  it('is true for a device of the callee once another one has the call', () => {
    const fromPhone = incoming('ringing', {}, { from: bobsPhone })
    expect(isOfOtherParty(fromPhone, connecting)).toBe(true)
    expect(isOfOtherParty(fromPhone, alerting)).toBe(false)
    expect(isOfOtherParty(incoming('ringing', {}), connecting)).toBe(false)
  })

  it("is false for another user or call, and always on the callee's side", () => {
    expect(isOfOtherParty(incoming('ringing', {}, { from: carol }), connecting)).toBe(false)
    const otherCall = incoming('ringing', {}, { from: bobsPhone, callId: higherId })
    expect(isOfOtherParty(otherCall, connecting)).toBe(false)
    expect(isOfOtherParty(incoming('select', {}, { from: bobsPhone }), ringing)).toBe(false)
  })
})
