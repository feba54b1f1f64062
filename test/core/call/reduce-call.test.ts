import { describe, expect, it } from 'vitest'
import { reduceCall } from '../../../src/core/call/reduce-call.ts'
import { isOpen, type CallFact, type CallState } from '../../../src/core/call/state.ts'
import { CallError } from '../../../src/core/index.ts'
import {
  audioAndVideo,
  audioOnly,
  bob,
  bobsPhone,
  callId,
  carol,
  higherId,
  lowerId,
} from '../support/parties.ts'
import {
  accepted,
  alerting,
  capturing,
  connected,
  connecting,
  ended,
  everyState,
  idle,
  inviting,
  reconnecting,
  ringing,
} from '../support/states.ts'

const error = new CallError('connection-failed', 'broken')
const facts = {
  outgoing: { type: 'outgoing', callId: higherId, remote: { user: 'carol' }, media: audioOnly },
  incoming: { type: 'incoming', callId: higherId, remote: carol, media: audioOnly, ringMs: 60_000 },
  yielded: { type: 'yielded', callId, to: lowerId, remote: bob },
  'remote-ringing': { type: 'remote-ringing', callId, remote: bob },
  accepted: { type: 'answered', by: 'local', callId, media: audioOnly },
  answered: { type: 'answered', by: 'remote', callId, remote: bob },
  media: {
    type: 'media',
    callId,
    media: {
      stream: null,
      sent: audioAndVideo,
      muted: { audio: false, video: false },
      status: { audio: 'on', video: 'camera', held: false },
    },
  },
  selected: { type: 'selected', callId, at: 20 },
  'peer-connected': { type: 'peer-connected', callId, at: 30 },
  interrupted: { type: 'interrupted', callId },
  ended: { type: 'ended', callId, at: 0, reason: 'failed', by: 'local', error },
} as const satisfies Record<string, CallFact>

const outgoing = {
  phase: 'calling',
  role: 'caller',
  callId: higherId,
  remote: { user: 'carol' },
  media: audioOnly,
  progress: 'capturing',
  contacts: [],
}
const incoming = { phase: 'ringing', role: 'callee', callId: higherId, remote: carol, media: audioOnly }
const yielded = { ...accepted, callId: lowerId, media: audioAndVideo }
const over = (state: CallState, media = audioAndVideo) => ({
  phase: 'ended',
  callId,
  at: 0,
  role: 'role' in state ? state.role : undefined,
  remote: 'remote' in state ? state.remote : undefined,
  media,
  reason: 'failed',
  by: 'local',
  error,
})
const answered = { ...connecting, selected: true, peerConnected: false }

/** For each state, the facts that change it, with the next state. Every other fact changes nothing. */
const transitions: Record<string, Partial<Record<keyof typeof facts, unknown>>> = {
  idle: { outgoing, incoming },
  capturing: { media: inviting, yielded, answered, ended: over(capturing) },
  inviting: { 'remote-ringing': alerting, yielded, answered, ended: over(inviting) },
  alerting: { yielded, answered, ended: over(alerting) },
  ringing: { accepted: { ...accepted, media: audioOnly }, ended: over(ringing) },
  accepted: {
    selected: { ...accepted, selected: true },
    'peer-connected': { ...accepted, peerConnected: true },
    ended: over(accepted),
  },
  connecting: { 'peer-connected': { ...connected, since: 30 }, ended: over(connecting) },
  connected: { interrupted: reconnecting, ended: { ...over(connected), since: connected.since } },
  reconnecting: { 'peer-connected': connected, ended: { ...over(reconnecting), since: reconnecting.since } },
  ended: { outgoing, incoming },
}

const cases = Object.entries(everyState).flatMap(([name, state]) =>
  Object.entries(facts).map(([type, fact]) => ({
    name,
    state,
    fact,
    type,
    after: transitions[name]?.[type as keyof typeof facts],
  })),
)

describe('reduceCall', () => {
  it.each(cases.filter(({ after }) => after !== undefined))('$name, then $type', ({ state, fact, after }) => {
    expect(reduceCall(state, fact)).toEqual(after)
  })

  it.each(cases.filter(({ after }) => after === undefined))('$name: ignores $type', ({ state, fact }) => {
    expect(reduceCall(state, fact)).toBe(state)
  })

  it.each(cases.filter(({ type }) => type !== 'outgoing' && type !== 'incoming'))(
    '$name: ignores $type of another call',
    ({ state, fact }) => {
      expect(reduceCall(state, { ...fact, callId: higherId })).toBe(state)
    },
  )

  it('lists each device of the callee that rings, once, in order', () => {
    const second = reduceCall(alerting, { ...facts['remote-ringing'], remote: bobsPhone })
    expect(second).toEqual({ ...alerting, contacts: [bob, bobsPhone] })
    expect(reduceCall(second, facts['remote-ringing'])).toBe(second)
  })

  it('connects the callee when it is both selected and linked, in either order, with the time of the later', () => {
    const selectedFirst = reduceCall(reduceCall(accepted, { ...facts.selected, at: 5 }), {
      ...facts['peer-connected'],
      at: 8,
    })
    const linkedFirst = reduceCall(reduceCall(accepted, { ...facts['peer-connected'], at: 5 }), {
      ...facts.selected,
      at: 8,
    })
    const both = { phase: 'connected', callId, role: 'callee', remote: bob, media: audioAndVideo, since: 8 }
    expect(selectedFirst).toEqual(both)
    expect(linkedFirst).toEqual(both)
  })

  it('does not connect over a connection that was interrupted before the caller selected this side', () => {
    const interrupted = reduceCall(reduceCall(accepted, facts['peer-connected']), facts.interrupted)
    expect(interrupted).toEqual(accepted)
    const selected = reduceCall(interrupted, facts.selected)
    expect(selected).toEqual({ ...accepted, selected: true })
    expect(reduceCall(selected, facts['peer-connected'])).toMatchObject({ phase: 'connected', since: 30 })
  })

  it('does not change when the same event comes twice', () => {
    const selected = reduceCall(accepted, facts.selected)
    expect(reduceCall(selected, facts.selected)).toBe(selected)
    const linked = reduceCall(accepted, facts['peer-connected'])
    expect(reduceCall(linked, facts['peer-connected'])).toBe(linked)
  })

  it('keeps the time of the first connection through an interruption and the end', () => {
    const back = reduceCall(reduceCall(connected, facts.interrupted), { ...facts['peer-connected'], at: 99 })
    expect(back).toMatchObject({ phase: 'connected', since: connected.since })
    expect(reduceCall(back, facts.ended)).toMatchObject({ phase: 'ended', since: connected.since })
  })

  it('omits unknown keys: no error without one, no time without a connection', () => {
    const hungUp = reduceCall(ringing, { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'remote' })
    expect(Object.keys(hungUp).sort()).toEqual([
      'at',
      'by',
      'callId',
      'media',
      'phase',
      'reason',
      'remote',
      'role',
    ])
  })
})

describe('the features of a call', () => {
  const features = ['captions']

  it('are those of the party that answers, and stay until the end', () => {
    const first = reduceCall(inviting, { ...facts['remote-ringing'], features })
    const second = reduceCall(first, {
      type: 'remote-ringing',
      callId,
      remote: bobsPhone,
      features: ['reactions'],
    })
    expect(second).toMatchObject({
      contactFeatures: { [bob.party]: features, [bobsPhone.party]: ['reactions'] },
    })
    const answered = reduceCall(second, facts.answered)
    expect(answered).toEqual({ ...connecting, features })
    expect(reduceCall(answered, facts.ended)).toMatchObject({ phase: 'ended', features })
  })

  it('are missing with a party that named nothing, or that never rang', () => {
    const ringing = reduceCall(inviting, { ...facts['remote-ringing'], features })
    const other = reduceCall(ringing, { type: 'remote-ringing', callId, remote: bobsPhone })
    expect(reduceCall(other, { ...facts.answered, remote: bobsPhone })).not.toHaveProperty('features')
    expect(reduceCall(inviting, facts.answered)).not.toHaveProperty('features')
  })

  it('are those of the invite at the callee, also after it lost glare', () => {
    expect(reduceCall(idle, { ...facts.incoming, features })).toMatchObject({ phase: 'ringing', features })
    const accepts = reduceCall({ ...ringing, features }, facts.accepted)
    expect(accepts).toMatchObject({ phase: 'connecting', features })
    expect(reduceCall(capturing, { ...facts.yielded, features })).toMatchObject({ callId: lowerId, features })
  })
})

describe('isOpen', () => {
  it('is true from the first ring or the outgoing call to the end', () => {
    const open = Object.values(everyState).filter(isOpen)
    expect(open).toEqual([
      capturing,
      inviting,
      alerting,
      ringing,
      accepted,
      connecting,
      connected,
      reconnecting,
    ])
    expect([idle, ended].some(isOpen)).toBe(false)
  })
})
