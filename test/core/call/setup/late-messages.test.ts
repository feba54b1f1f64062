import { describe, it } from 'vitest'
import type { CallEvent } from '../../../../src/core/index.ts'
import { reduce } from '../../../../src/core/stages/index.ts'
import { incoming, outgoing } from '../../support/messages.ts'
import { audioAndVideo as media, bob, bobsPhone, callId, carol, lowerId } from '../../support/parties.ts'
import { decides, dismisses, model, receives } from '../../support/setup-stages.ts'
import { connected, ended, idle, inviting } from '../../support/states.ts'

describe('an invite of a call that is over', () => {
  const invite = (from = bob) => receives(incoming('invite', { media }, { from }))
  const after = (...events: CallEvent[]) => events.reduce(reduce, model(idle))

  it('does not ring for a call that is over, from any sender', () => {
    const over = after(
      { type: 'incoming', callId, remote: bob, media, ringMs: 60_000 },
      { type: 'ended', callId, at: 0, reason: 'cancelled', by: 'remote' },
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

  it('cannot be suppressed by somebody else', () => {
    const given = after({ type: 'dismissed', invite: { callId, user: 'carol' } })
    decides(idle, invite(), { type: 'incoming', callId, remote: bob, media, ringMs: 60_000 }, given)
  })
})

describe('a party that continues a call that is over', () => {
  const said = (id: string, from = bob) => [
    receives(incoming('ringing', {}, { callId: id, from })),
    receives(incoming('accept', {}, { callId: id, from })),
    receives(incoming('answer', { sdp: 'sdp' }, { callId: id, from })),
    receives(incoming('renegotiate', {}, { callId: id, from })),
  ]
  const gone = (id: string, to = bob) => ({ type: 'send', message: outgoing('gone', {}, { callId: id, to }) })

  it('is left to the call if that is open', () => {
    for (const message of said(callId)) decides(inviting, message, undefined)
  })

  it('gets gone if the call is over or yielded', () => {
    for (const message of said(callId, bobsPhone)) decides(idle, message, gone(callId, bobsPhone))
    for (const message of said(lowerId)) decides(connected, message, gone(lowerId))
    for (const message of said(callId))
      decides(ended, message, gone(callId), { ...model(ended), endedCalls: [callId] })
  })

  it('gets no answer to an end message', () => {
    for (const type of ['gone', 'busy', 'decline'] as const)
      decides(idle, receives(incoming(type, {})), undefined)
  })
})
