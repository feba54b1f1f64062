import { describe, expect, it } from 'vitest'
import { concerns, inCall } from '../../../src/core/call/envelope.ts'
import { CallError } from '../../../src/core/index.ts'
import { incoming, outgoing } from '../support/messages.ts'
import { sends } from '../support/outputs.ts'
import { bob, bobsPhone, callId, carol, higherId } from '../support/parties.ts'
import { alerting, connecting } from '../support/states.ts'

describe('inCall', () => {
  it('puts the version, the call and the other side on a letter', () => {
    const sent = inCall(sends({ type: 'hang-up', body: { reason: 'hung-up' } }), connecting)
    expect(sent).toEqual({ type: 'send', message: outgoing('hang-up', { reason: 'hung-up' }, { to: bob }) })
  })

  it('addresses every device of the user before one has answered', () => {
    const sent = inCall(sends({ type: 'offer', body: { sdp: 'sdp' } }), alerting)
    expect(sent).toEqual({
      type: 'send',
      message: outgoing('offer', { sdp: 'sdp' }, { to: { user: 'bob' } }),
    })
  })

  it('keeps what the letter says of address and lifetime', () => {
    const media = { audio: true, video: false }
    const sent = inCall(sends({ type: 'invite', body: { media }, ttlMs: 5, to: bobsPhone }), alerting)
    expect(sent).toEqual({
      type: 'send',
      message: outgoing('invite', { media }, { ttlMs: 5, to: bobsPhone }),
    })
  })

  it('names the call in a fact', () => {
    expect(inCall({ type: 'linked', at: 3 }, connecting)).toEqual({ type: 'linked', callId, at: 3 })
  })

  it('leaves an error as it is: it may outlive the call', () => {
    const failed = { type: 'error', error: new CallError('text-not-sent', 'too late') } as const
    expect(inCall(failed, connecting)).toBe(failed)
  })
})

describe('concerns', () => {
  it('takes any device of the callee until one has answered, and from then on that one alone', () => {
    expect(concerns(incoming('ringing', {}), alerting)).toBe(true)
    expect(concerns(incoming('ringing', {}, { from: bobsPhone }), alerting)).toBe(true)
    expect(concerns(incoming('ringing', {}), connecting)).toBe(true)
    expect(concerns(incoming('ringing', {}, { from: bobsPhone }), connecting)).toBe(false)
  })

  it('takes nothing of another user, or of another call', () => {
    for (const state of [alerting, connecting]) {
      expect(concerns(incoming('hang-up', { reason: 'hung-up' }, { from: carol }), state)).toBe(false)
      expect(concerns(incoming('hang-up', { reason: 'hung-up' }, { callId: higherId }), state)).toBe(false)
      const impostor = { user: 'carol', party: bob.party }
      expect(concerns(incoming('hang-up', { reason: 'hung-up' }, { from: impostor }), state)).toBe(false)
    }
  })
})
