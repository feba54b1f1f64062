import { describe, expect, it } from 'vitest'
import { CallError, limits, type CallEvent, type ClientState } from '../../src/core/index.ts'
import { initialState, reduce } from '../../src/core/stages/index.ts'
import { isCurrent } from '../../src/core/client-state.ts'
import { fakeStream } from './../../src/testing/index.ts'
import { mediaTrack } from './support/media.ts'
import { incoming, outgoing } from './support/messages.ts'
import { peerEvents } from './support/outputs.ts'
import { alice, audioAndVideo, bob, callId, carol, higherId, lowerId } from './support/parties.ts'
import { connected, connecting, ended, everyState, inviting, ringing } from './support/states.ts'

const local = fakeStream('audio+video', ['audio', 'video'])
const remote = fakeStream('audio+video', ['audio', 'video'])
const error = new CallError('relay-unreachable', 'gone')
const online = { status: 'online', self: alice } as const
/** A client in the middle of a call. */
const inCall: ClientState = {
  call: connected,
  connection: online,
  unavailable: null,
  roster: ['bob', 'carol'],
  localStream: local,
  remoteStream: remote,
  muted: { audio: true, video: false },
  localMedia: { audio: 'muted', video: 'camera', held: false },
  remoteMedia: { audio: 'on', video: 'screen', held: true },
  recovery: { problem: 'disconnected', step: 'wait', attempt: 1, until: 3_000 },
  messages: [],
  endedCalls: [],
  ignoredData: 0,
}
const written = { id: 'a', from: 'local', text: 'hi', at: 0, delivery: 'sending' } as const

/** Two texts of this side, of which the other side acknowledges one: then the call ends, and the next one begins. */
function textsThroughACall() {
  const events: CallEvent[] = [
    { type: 'text', callId, message: written },
    { type: 'text', callId, message: { ...written, id: 'b' } },
    { type: 'text', callId, message: { ...written, delivery: 'delivered' } },
  ]
  const open = events.reduce(reduce, inCall)
  const over = reduce(open, { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'remote' })
  const next = reduce(over, {
    type: 'outgoing',
    callId: lowerId,
    remote: { user: 'carol' },
    media: { audio: true, video: true },
  })
  return { open, over, next }
}

const track = (type: 'track-added' | 'track-removed', stream: MediaStream): CallEvent => ({
  type: 'peer',
  callId,
  epoch: 0,
  event: { type, track: mediaTrack('audio'), stream },
})

describe('reduce', () => {
  it('follows the connection to the relay, and empties the roster while it is away; the call continues', () => {
    const connecting = reduce(inCall, { type: 'connection', connection: { status: 'connecting', error } })
    expect(connecting).toEqual({ ...inCall, connection: { status: 'connecting', error }, roster: [] })
    expect(connecting.call).toBe(inCall.call)
    const refused = reduce(inCall, { type: 'connection', connection: { status: 'refused', error } })
    expect(refused).toEqual({ ...inCall, connection: { status: 'refused', error }, roster: [] })
    const again = reduce(inCall, { type: 'connection', connection: { status: 'online', self: bob } })
    expect(again).toEqual({ ...inCall, connection: { status: 'online', self: bob } })
  })

  describe('counts messages of the data channel whose type it does not know', () => {
    const sent = (data: unknown): CallEvent => ({
      type: 'peer',
      callId,
      epoch: 0,
      event: { type: 'data', data },
    })
    const unknown = sent('{"type":"reaction","emoji":"+1"}')

    it('one by one, and keeps the count when the call ends', () => {
      const twice = reduce(reduce(inCall, unknown), unknown)
      expect(twice).toEqual({ ...inCall, ignoredData: 2 })
      const over = reduce(twice, { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'local' })
      expect(over.ignoredData).toBe(2)
    })

    it('from 0 in each call', () => {
      const before = { ...inCall, call: ended, ignoredData: 7 }
      const remote = { user: 'bob' }
      expect(reduce(before, { type: 'outgoing', callId, remote, media: audioAndVideo }).ignoredData).toBe(0)
      const rings = { type: 'incoming', callId, remote: bob, media: audioAndVideo, ringMs: 9 } as const
      expect(reduce(before, rings).ignoredData).toBe(0)
      expect(reduce({ ...inCall, ignoredData: 7 }, rings).ignoredData).toBe(7)
    })

    it('and none that it knows, or that has no type at all', () => {
      const others = ['{"type":"text"}', '{"type":"media"}', '{"type":7}', '{}', '[]', 'null', 'reaction', 7]
      const tooLong = JSON.stringify({ type: 'reaction', text: 'x'.repeat(limits.data) })
      for (const data of [...others, tooLong]) expect(reduce(inCall, sent(data)), String(data)).toBe(inCall)
    })
  })

  it('follows the roster', () => {
    expect(reduce(inCall, { type: 'roster', users: ['carol'] })).toEqual({ ...inCall, roster: ['carol'] })
  })

  it('shows the sent media and the mutes', () => {
    const media = {
      stream: null,
      sent: audioAndVideo,
      muted: { audio: false, video: true },
      status: { audio: 'on', video: 'muted', held: false },
    } as const
    expect(reduce(inCall, { type: 'media', callId, media })).toEqual({
      ...inCall,
      localStream: null,
      muted: media.muted,
      localMedia: media.status,
    })
    expect(reduce(inCall, { type: 'media', callId, media: { ...media, stream: local } }).localStream).toBe(
      local,
    )
  })

  it('shows the latest remote stream, until a new peer connection brings another', () => {
    const other = fakeStream('video', ['video'])
    const opened = reduce(inCall, { type: 'peer-opened', callId, epoch: 1, role: 'offerer' })
    expect(opened).toBe(inCall)
    expect(reduce(opened, track('track-added', other)).remoteStream).toBe(other)
  })

  it('shows the recovery until it is over', () => {
    const recovery = { problem: 'failed', step: 'restart', attempt: 2, until: 9_000 } as const
    const worse = reduce(inCall, { type: 'recovering', callId, recovery })
    expect(worse).toEqual({ ...inCall, recovery })
    expect(reduce(worse, { type: 'recovering', callId, recovery: null })).toEqual({
      ...inCall,
      recovery: null,
    })
  })

  it('passes facts of the call to its reducer', () => {
    const client: ClientState = { ...inCall, call: connecting }
    expect(reduce(client, { type: 'peer-connected', callId, at: 7 })).toEqual({ ...inCall, call: connected })
  })

  it('has no streams, mutes or recovery when the call is over, and remembers the call', () => {
    const over = reduce(inCall, { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'remote' })
    expect(over).toEqual({
      ...inCall,
      call: ended,
      localStream: null,
      localMedia: null,
      remoteMedia: null,
      remoteStream: null,
      muted: { audio: false, video: false },
      recovery: null,
      endedCalls: [callId],
    })
  })

  it('keeps the texts of a call after its end, and drops them when the next one begins', () => {
    const { open, over, next } = textsThroughACall()
    expect(open.messages).toEqual([
      { ...written, delivery: 'delivered' },
      { ...written, id: 'b' },
    ])
    expect(over.messages.map(({ id, delivery }) => [id, delivery])).toEqual([
      ['a', 'delivered'],
      ['b', 'failed'],
    ])
    expect(next.messages).toEqual([])
  })

  it('does not bring a dropped text back when it is delivered', () => {
    const messages = [{ ...written, id: 'other' }]
    const delivered = { ...written, delivery: 'delivered' } as const
    expect(reduce({ ...inCall, messages }, { type: 'text', callId, message: delivered }).messages).toEqual(
      messages,
    )
  })

  it('keeps the latest 500 texts', () => {
    const messages = Array.from({ length: 500 }, (_, n) => ({ ...written, id: `${n}` }))
    const client = reduce(
      { ...inCall, messages },
      { type: 'text', callId, message: { ...written, id: 'new' } },
    )
    expect([client.messages.length, client.messages[0]?.id, client.messages.at(-1)?.id]).toEqual([
      500,
      '1',
      'new',
    ])
  })

  it('remembers an invite that was dismissed', () => {
    const client = reduce(inCall, { type: 'dismissed', invite: { callId: higherId, user: 'carol' } })
    expect(client).toEqual({ ...inCall, endedCalls: [`${higherId} carol`] })
  })

  it('remembers its own call that yielded, so that nobody can continue it', () => {
    const client: ClientState = { ...inCall, call: inviting }
    const after = reduce(client, { type: 'yielded', callId, to: lowerId, remote: bob })
    expect(after.call).toMatchObject({ phase: 'connecting', callId: lowerId })
    expect(after).toEqual({ ...inCall, call: after.call, endedCalls: [callId] })
  })

  it('is closed after leaving, when nobody can be called', () => {
    expect(reduce(inCall, { type: 'connection', connection: { status: 'closed' } })).toEqual({
      ...inCall,
      connection: { status: 'closed' },
      roster: [],
    })
  })

  const indifferent: Record<string, CallEvent> = {
    'the remote stream that it shows already': track('track-added', remote),
    'a track taken away': track('track-removed', remote),
    'any other peer event': { type: 'peer', callId, epoch: 0, event: peerEvents.connected },
    'an action': { type: 'action', action: { type: 'hang-up' } },
    'a message that came': { type: 'received', message: incoming('ringing', {}) },
    'a message that goes': { type: 'send', message: outgoing('accept', {}) },
    'a message that was refused': { type: 'refused', message: outgoing('accept', {}), error },
    'an error': { type: 'error', error },
    'a command': { type: 'command', callId, epoch: 0, command: { type: 'renegotiate' } },
    'the loss of the peer connection': { type: 'peer-closed', callId, epoch: 0 },
    'a new peer connection': { type: 'command', callId, epoch: 0, command: { type: 'replace', error } },
    'a fact that does not fit': { type: 'remote-ringing', callId, remote: bob },
  }
  it.each(Object.entries(indifferent))('is the very same object after %s', (_, event) => {
    expect(reduce(inCall, event)).toBe(inCall)
  })

  it('begins empty', () => {
    expect(initialState).toEqual({
      call: { phase: 'idle' },
      connection: { status: 'connecting' },
      unavailable: null,
      roster: [],
      localStream: null,
      localMedia: null,
      remoteMedia: null,
      remoteStream: null,
      muted: { audio: false, video: false },
      recovery: null,
      messages: [],
      endedCalls: [],
      ignoredData: 0,
    })
  })
})

describe('isCurrent', () => {
  const client = (call: ClientState['call']): ClientState => ({ ...initialState, call })
  const dialled: CallEvent = {
    type: 'outgoing',
    callId: higherId,
    remote: { user: 'carol' },
    media: audioAndVideo,
  }
  const rang: CallEvent = {
    type: 'incoming',
    callId: higherId,
    remote: carol,
    media: audioAndVideo,
    ringMs: 60_000,
  }

  it.each(Object.entries(everyState))('%s: events outside calls are always current', (_, call) => {
    expect(isCurrent(client(call), { type: 'error', error })).toBe(true)
    expect(isCurrent(client(call), { type: 'action', action: { type: 'hang-up' } })).toBe(true)
    expect(isCurrent(client(call), { type: 'received', message: incoming('accept', {}) })).toBe(true)
  })

  it.each(Object.entries(everyState))(
    '%s: events of a call are current while that call is open',
    (name, call) => {
      const open = name !== 'idle' && name !== 'ended'
      expect(isCurrent(client(call), { type: 'peer-closed', callId, epoch: 0 })).toBe(open)
      expect(isCurrent(client(call), { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'local' })).toBe(
        open,
      )
      expect(isCurrent(client(call), { type: 'peer-closed', callId: lowerId, epoch: 0 })).toBe(false)
    },
  )

  it.each(Object.entries(everyState))('%s: a call begins only when none is open', (name, call) => {
    const free = name === 'idle' || name === 'ended'
    expect(isCurrent(client(call), dialled)).toBe(free)
    expect(isCurrent(client(call), rang)).toBe(free)
  })

  it('knows a call that yielded by its new id', () => {
    const before = client(inviting)
    const after = reduce(before, { type: 'yielded', callId, to: lowerId, remote: bob })
    expect(isCurrent(before, { type: 'yielded', callId, to: lowerId, remote: bob })).toBe(true)
    expect(isCurrent(after, { type: 'peer-closed', callId, epoch: 0 })).toBe(false)
    expect(isCurrent(after, { type: 'peer-closed', callId: lowerId, epoch: 0 })).toBe(true)
    expect(isCurrent(client(ringing), { type: 'answered', by: 'local', callId, media: audioAndVideo })).toBe(
      true,
    )
  })
})
