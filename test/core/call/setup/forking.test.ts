import { describe, expect, it } from 'vitest'
import { fork, inCall, notForked } from '../../../../src/core/call/setup/forking.ts'
import type { Forking } from '../../../../src/core/call/setup/forking.ts'
import type { OutputOfPeer } from '../../../../src/core/call/outputs.ts'
import { CallError, type CallState } from '../../../../src/core/index.ts'
import type { MessageDraft } from '../../../../src/core/stages/index.ts'
import { outgoing } from '../../support/messages.ts'
import { sends } from '../../support/outputs.ts'
import { audioOnly, bob, bobsPhone, callId } from '../../support/parties.ts'
import { alerting, connecting, inviting, ringing } from '../../support/states.ts'

describe('inCall', () => {
  it('adds the version, the call and the other side to a draft', () => {
    const sent = inCall(sends({ type: 'hang-up', body: { reason: 'hung-up' } }), connecting)
    expect(sent).toEqual({ type: 'send', message: outgoing('hang-up', { reason: 'hung-up' }, { to: bob }) })
  })

  it('addresses every device of the user before one has answered', () => {
    const sent = inCall(sends({ type: 'cancel', body: { reason: 'cancelled' } }), alerting)
    expect(sent).toEqual({
      type: 'send',
      message: outgoing('cancel', { reason: 'cancelled' }, { to: { user: 'bob' } }),
    })
  })

  it('keeps address, lifetime and epoch of the draft', () => {
    const draft: MessageDraft = { type: 'offer', body: { sdp: 'sdp' }, ttlMs: 5, epoch: 2, to: bobsPhone }
    expect(inCall(sends(draft), alerting)).toEqual({
      type: 'send',
      message: outgoing('offer', { sdp: 'sdp' }, { ttlMs: 5, epoch: 2, to: bobsPhone }),
    })
  })

  it('adds the call id to a fact', () => {
    expect(inCall({ type: 'peer-connected', at: 3 }, connecting)).toEqual({
      type: 'peer-connected',
      callId,
      at: 3,
    })
  })

  it('adds the call to an error, but not to its event, which may outlive the call', () => {
    const error = new CallError('text-not-sent', 'too late')
    expect(inCall({ type: 'error', error }, connecting)).toEqual({
      type: 'error',
      error: error.with({ callId }),
    })
  })
})

describe('address', () => {
  type Said = readonly [OutputOfPeer, CallState & { phase: 'calling' | 'ringing' | 'connecting' }]
  /** Returns how the last of these outputs is addressed, after the others. */
  const lastOf = (...said: Said[]) =>
    said.reduce<Forking>((forking, [output, state]) => fork(forking, output, state), notForked).outputs

  const offer = (epoch: number): MessageDraft => ({ type: 'offer', body: { sdp: `offer ${epoch}` }, epoch })
  const candidates: MessageDraft = { type: 'candidates', body: { list: [] }, epoch: 0 }
  const cancel: MessageDraft = { type: 'cancel', body: { reason: 'cancelled' } }
  const rings = (remote = bob): OutputOfPeer => ({ type: 'remote-ringing', remote })
  const answers = (remote = bob): OutputOfPeer => ({ type: 'answered', by: 'remote', remote })
  const to = (remote: typeof bob, draft: MessageDraft) => sends({ ...draft, to: remote })

  it('sends an invite to the user, and passes on what is not a draft', () => {
    const invite = sends({ type: 'invite', body: { media: audioOnly }, ttlMs: 5 })
    expect(lastOf([invite, inviting])).toEqual([invite])
    const fact: OutputOfPeer = { type: 'peer-connected', at: 3 }
    expect(lastOf([fact, connecting])).toEqual([fact])
  })

  it('buffers offers and candidates until a party makes contact', () => {
    expect(lastOf([sends(offer(0)), inviting])).toEqual([])
    expect(lastOf([sends(candidates), inviting])).toEqual([])
  })

  it('sends what it buffered to each party that makes contact, once and in order', () => {
    const both: Said[] = [
      [sends(offer(0)), inviting],
      [sends(candidates), inviting],
    ]
    expect(lastOf(...both, [rings(), inviting])).toEqual([rings(), to(bob, offer(0)), to(bob, candidates)])
    expect(lastOf(...both, [rings(), inviting], [rings(), alerting])).toEqual([rings()])
    expect(lastOf(...both, [rings(), inviting], [rings(bobsPhone), alerting])).toEqual([
      rings(bobsPhone),
      to(bobsPhone, offer(0)),
      to(bobsPhone, candidates),
    ])
    expect(lastOf(...both, [answers(), inviting])).toEqual([
      answers(),
      to(bob, offer(0)),
      to(bob, candidates),
    ])
    expect(lastOf(...both, [rings(), inviting], [answers(), alerting])).toEqual([answers()])
  })

  it('drops what it buffered for a replaced peer connection', () => {
    const replaced: Said[] = [
      [sends(offer(0)), inviting],
      [{ type: 'peer-opened', role: 'offerer', epoch: 1 }, inviting],
    ]
    expect(lastOf(...replaced, [rings(), inviting])).toEqual([rings()])
    expect(lastOf(...replaced, [sends(offer(1)), inviting], [rings(), inviting])).toEqual([
      rings(),
      to(bob, offer(1)),
    ])
  })

  it('passes on that a peer connection was opened', () => {
    const opened: OutputOfPeer = { type: 'peer-opened', role: 'offerer', epoch: 1 }
    expect(lastOf([opened, inviting])).toEqual([opened])
  })

  it.each<MessageDraft>([
    { type: 'answer', body: { sdp: 'sdp' }, epoch: 0 },
    { type: 'renegotiate', body: {}, epoch: 0 },
  ])('sends $type to everybody who has made contact', (draft) => {
    expect(lastOf([rings(), inviting], [rings(bobsPhone), alerting], [sends(draft), alerting])).toEqual([
      to(bob, draft),
      to(bobsPhone, draft),
    ])
  })

  it('sends to every party that made contact, until one of them has the call', () => {
    const contacts: Said[] = [
      [rings(), inviting],
      [rings(bobsPhone), alerting],
    ]
    expect(lastOf(...contacts, [sends(candidates), alerting])).toEqual([
      to(bob, candidates),
      to(bobsPhone, candidates),
    ])
    // The state follows only in a later turn.
    expect(lastOf(...contacts, [answers(), alerting], [sends(candidates), alerting])).toEqual([
      to(bob, candidates),
    ])
    expect(lastOf(...contacts, [answers(), alerting], [sends(candidates), connecting])).toEqual([
      sends(candidates),
    ])
  })

  it('buffers nothing of a replaced peer connection', () => {
    const outputs = lastOf(
      [sends(offer(0)), inviting],
      [sends(candidates), inviting],
      [sends(offer(1)), inviting],
      [rings(), inviting],
    )
    expect(outputs).toEqual([rings(), to(bob, offer(1))])
  })

  it('cancels at the user, and at every party that made contact', () => {
    expect(lastOf([sends(cancel), inviting])).toEqual([sends(cancel)])
    const contacts: Said[] = [
      [rings(), inviting],
      [rings(bobsPhone), alerting],
    ]
    expect(lastOf(...contacts, [sends(cancel), alerting])).toEqual([
      sends(cancel),
      to(bob, cancel),
      to(bobsPhone, cancel),
    ])
  })

  it('reaches all the parties but one', () => {
    const others = sends({ ...cancel, toOthersThan: bob.party })
    expect(lastOf([rings(), inviting], [rings(bobsPhone), alerting], [others, alerting])).toEqual([
      to(bobsPhone, cancel),
    ])
    expect(lastOf([rings(), inviting], [others, alerting])).toEqual([])
  })

  it('leaves a draft with a party, or of a call with a party, unchanged', () => {
    const select = sends({ type: 'select', body: {}, to: bobsPhone })
    expect(lastOf([rings(), inviting], [select, alerting])).toEqual([select])
    const toPhone = to(bobsPhone, cancel)
    expect(lastOf([rings(), inviting], [toPhone, alerting])).toEqual([toPhone])
    expect(lastOf([answers(), inviting], [toPhone, alerting])).toEqual([toPhone])
    const answer = sends({ type: 'answer', body: { sdp: 'answer' }, epoch: 0 })
    expect(lastOf([answer, ringing])).toEqual([answer])
    expect(lastOf([sends(offer(0)), connecting])).toEqual([sends(offer(0))])
  })
})
