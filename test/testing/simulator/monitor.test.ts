import { describe, expect, it } from 'vitest'
import type {
  CallEvent,
  CallState,
  IncomingMessage,
  OutgoingMessage,
  Party,
  TextMessage,
} from '../../../src/core/index.ts'
import { CallError } from '../../../src/core/index.ts'
import { fakeStream, virtualId } from '../../../src/testing/index.ts'
import { invariants, rules } from '../../../src/testing/simulator/rules/index.ts'
import { watched } from './support/watched.ts'

const alice: Party = { user: 'alice', party: virtualId(1) }
const bob: Party = { user: 'bob', party: virtualId(2) }
const callId = virtualId(0xc1)
const other = virtualId(0xc2)
const media = { audio: true, video: true }

const caller = { role: 'caller', callId, remote: { user: 'bob' }, media } as const
const callee = { role: 'callee', callId, remote: alice, media } as const
const calling: CallState = { ...caller, phase: 'calling', progress: 'inviting', contacts: [] }
const ringing: CallState = { ...callee, phase: 'ringing' }
const connecting: CallState = { ...callee, phase: 'connecting', selected: true, peerConnected: false }
const callerConnected: CallState = { ...caller, remote: bob, phase: 'connected', since: 0 }
const calleeConnected: CallState = { ...callee, phase: 'connected', since: 0 }
const ended: CallState = { ...caller, phase: 'ended', at: 0, reason: 'hung-up', by: 'local' }
const idle: CallState = { phase: 'idle' }

const dialled: CallEvent = { type: 'outgoing', callId, remote: { user: 'bob' }, media }
const rang: CallEvent = { type: 'incoming', callId, remote: alice, media, ringMs: 20_000 }
const end: CallEvent = { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'local' }
const linked: CallEvent = { type: 'peer-connected', callId, at: 0 }
const peer = (event: Extract<CallEvent, { type: 'peer' }>['event']): CallEvent => ({
  type: 'peer',
  callId,
  epoch: 0,
  event,
})
const isUp = peer({ type: 'connection-state', state: 'connected' })
const text = (
  from: 'local' | 'remote',
  words: string,
  delivery: TextMessage['delivery'] = from === 'local' ? 'sending' : 'delivered',
): CallEvent => ({
  type: 'text',
  callId,
  message: { id: words, from, text: words, at: 0, delivery },
})
const unsent: CallEvent = { type: 'error', error: new CallError('text-not-sent', 'gone') }
type Body = Pick<OutgoingMessage, 'type' | 'body'>
const send = (message: Body, id = callId): CallEvent => ({
  type: 'send',
  message: { v: 1, callId: id, to: bob, ...message } as OutgoingMessage,
})
const receive = (message: Body, from = alice, id = callId): CallEvent => ({
  type: 'received',
  message: { v: 1, callId: id, to: bob, from, ageMs: 0, ...message } as IncomingMessage,
})

describe('ends-once', () => {
  it('reports a call that ends twice', () => {
    const world = watched()
    world.alice.does(dialled, calling)
    world.alice.does(end, ended)
    expect(world.broken()).toBeUndefined()
    world.alice.does(end, ended)
    expect(world.broken()).toBe('alice: ends-once: a call ended twice')
  })

  it('reports a call that is open again after its end', () => {
    const world = watched()
    world.alice.does(end, ended)
    world.alice.sees({ type: 'roster', users: [] }, calling)
    expect(world.broken()).toContain('ends-once')
  })
})

describe('nothing-after-the-end', () => {
  it('reports an event of a call that has ended', () => {
    const world = watched()
    world.alice.does(end, ended)
    world.alice.does(linked)
    expect(world.broken()).toBe('alice: nothing-after-the-end: peer-connected in a call that ended')
  })

  it('reports a message of a call that has ended, unless it replies to a late message', () => {
    const world = watched()
    world.alice.does(end, ended)
    world.alice.sees(send({ type: 'busy', body: {} }))
    world.alice.sees(send({ type: 'gone', body: {} }))
    expect(world.broken()).toBeUndefined()
    world.alice.sees(send({ type: 'offer', body: { sdp: 'x' } }))
    expect(world.broken()).toBe('alice: nothing-after-the-end: offer sent for a call that ended')
  })
})

describe('follows-protocol', () => {
  it('reports an action without its effect', () => {
    const world = watched()
    world.alice.does(dialled, calling)
    world.alice.does({ type: 'action', action: { type: 'hang-up' } })
    expect(world.broken()).toContain('follows-protocol: the action hang-up led to calling')
  })

  it('reports an end without an end message', () => {
    const world = watched()
    world.alice.does(dialled, calling)
    const cancelled = { ...end, reason: 'cancelled' } as const
    world.alice.sees({ type: 'action', action: { type: 'hang-up' } })
    world.alice.does(cancelled, { ...ended, reason: 'cancelled' })
    expect(world.broken()).toContain('had it say nothing and not cancel')
  })

  it('reports an action that should have been refused', () => {
    const world = watched()
    world.alice.does({ type: 'action', action: { type: 'accept' } })
    expect(world.broken()).toContain('was not refused as not-ringing')
  })

  it('reports a state that a message of a stranger changed', () => {
    const world = watched()
    world.bob.does(rang, ringing)
    const carol = { user: 'carol', party: virtualId(3) }
    world.bob.sees(receive({ type: 'cancel', body: { reason: 'cancelled' } }, carol))
    world.bob.does(end, { ...ended, ...callee })
    expect(world.broken()).toContain('follows-protocol: received cancel changed the call')
  })

  it('reports an invite that rings after its cancel', () => {
    const world = watched()
    world.bob.does(receive({ type: 'cancel', body: { reason: 'cancelled' } }))
    world.bob.sees(receive({ type: 'invite', body: { media } }))
    world.bob.sees(rang, ringing)
    world.bob.does(send({ type: 'ringing', body: {} }))
    expect(world.broken()).toContain(
      'follows-protocol: received invite changed the call from idle to ringing',
    )
  })

  it.each([
    [virtualId(0xc0), 'connecting', undefined],
    [virtualId(0xc0), 'calling', 'follows-protocol'],
    [virtualId(0xc2), 'calling', undefined],
    [virtualId(0xc2), 'connecting', 'follows-protocol'],
  ] as const)('judges glare with the call %s: %s', (id, phase, problem) => {
    const world = watched()
    world.alice.does(dialled, calling)
    world.alice.sees(receive({ type: 'invite', body: { media } }, bob, id))
    if (phase === 'connecting') {
      const yielded: CallState = { ...connecting, callId: id, remote: bob, selected: false }
      world.alice.sees({ type: 'yielded', callId, to: id, remote: bob }, yielded)
      world.alice.sees(send({ type: 'cancel', body: { reason: 'answered-elsewhere' } }))
      world.alice.sees(send({ type: 'accept', body: {} }, id))
    }
    world.alice.rests()
    if (problem === undefined) expect(world.broken()).toBeUndefined()
    else expect(world.broken()).toContain(problem)
  })

  it('accepts a call that a refused camera ends after the accept', () => {
    const world = watched()
    world.bob.does(rang, ringing)
    const error = new CallError('no-device', 'no camera')
    world.bob.sees({ type: 'action', action: { type: 'accept' } })
    world.bob.sees({ type: 'answered', by: 'local', callId, media }, connecting)
    world.bob.does(
      { type: 'ended', callId, at: 0, reason: 'media-error', by: 'local', error },
      { ...callee, phase: 'ended', at: 0, reason: 'media-error', by: 'local', error },
    )
    expect(world.broken()).toBeUndefined()
  })
})

describe('agreement', () => {
  it('reports two clients that are connected to different calls with each other', () => {
    const world = watched()
    world.alice.sees(linked, callerConnected)
    world.bob.sees(linked, { ...calleeConnected, callId: other })
    expect(world.broken()).toContain('bob: agreement')
  })

  it('accepts two clients in the same call, or in calls with others', () => {
    const world = watched()
    world.alice.sees(linked, callerConnected)
    world.bob.sees(linked, calleeConnected)
    world.bob.sees(linked, {
      ...calleeConnected,
      callId: other,
      remote: { user: 'carol', party: virtualId(3) },
    })
    expect(world.broken()).toBeUndefined()
  })
})

const capturedMedia = {
  stream: fakeStream('s', ['audio']),
  sent: { audio: true, video: false },
  muted: { audio: false, video: false },
  status: null,
} as const

describe('no-media-before-accept', () => {
  it.each([
    [{ type: 'media', callId, media: capturedMedia }],
    [{ type: 'peer-opened', callId, epoch: 0, role: 'answerer' }],
    [send({ type: 'answer', body: { sdp: 'x' } })],
    [send({ type: 'candidates', body: { list: [] } })],
  ] as const)('reports before the accept: %o', (event) => {
    const world = watched()
    world.bob.does(rang, ringing)
    world.bob.sees(send({ type: 'ringing', body: {} }))
    expect(world.broken()).toBeUndefined()
    world.bob.sees(event)
    expect(world.broken()).toContain('bob: no-media-before-accept')
  })

  it('reports a camera that is opened before the accept', () => {
    const world = watched()
    world.bob.holds.captures = 1
    world.bob.does(rang, ringing)
    expect(world.broken()).toContain('the camera is open while it rings')
  })
})

describe('connects-when-ready', () => {
  it('reports a call that is connected without a peer connection, or after it broke', () => {
    const world = watched()
    world.alice.sees(isUp, connecting)
    world.alice.does(linked, callerConnected)
    expect(world.broken()).toBeUndefined()
    world.alice.does(peer({ type: 'connection-state', state: 'disconnected' }))
    expect(world.broken()).toContain('connected while the peer connection is disconnected')
  })

  it('reports a call that stays connected for over a second after the other side closed', () => {
    const world = watched()
    world.alice.sees(isUp, connecting)
    world.alice.does(linked, callerConnected)
    world.alice.does({ type: 'peer-closed', callId, epoch: 0 })
    world.at(1_000)
    world.alice.rests()
    expect(world.broken()).toBeUndefined()
    world.at(1_001)
    world.alice.rests()
    expect(world.broken()).toContain('connected 1001 ms after the peer connection closed')
  })

  it('reports a connected callee that the caller never selected', () => {
    const world = watched()
    world.bob.sees(isUp, connecting)
    world.bob.does(linked, calleeConnected)
    expect(world.broken()).toContain('the caller never chose this party')
  })
})

describe('releases-everything', () => {
  it.each(['liveTracks', 'openPeers'] as const)('reports %s that are left after the end', (what) => {
    const world = watched()
    world.alice.holds[what] = 1
    world.alice.does(dialled, calling)
    expect(world.broken()).toBeUndefined()
    world.alice.does(end, ended)
    expect(world.broken()).toContain('releases-everything: 1 ')
  })

  it('reports timers that remain after the last messages of the call were delivered', () => {
    const world = watched()
    world.alice.holds.timers = 1
    const online = { connection: { status: 'online', self: alice } } as const
    world.alice.does(dialled, calling, online)
    world.alice.does(end, ended)
    world.at(60_000)
    world.alice.rests()
    expect(world.broken()).toBeUndefined()
    world.at(60_001)
    world.alice.rests()
    expect(world.broken()).toContain('releases-everything: 1 timers')
  })

  it('waits 10 s longer for the channel of an ignored caller', () => {
    const world = watched({}, {}, { bob: 'ignore' })
    world.alice.holds.timers = 1
    const online = { connection: { status: 'online', self: alice } } as const
    world.alice.does({ type: 'roster', users: [] }, idle, online)
    world.alice.sees(receive({ type: 'invite', body: { media } }, bob))
    world.alice.does(send({ type: 'ringing', body: {} }))
    world.at(70_000)
    world.alice.rests()
    expect(world.broken()).toBeUndefined()
    world.at(70_001)
    world.alice.rests()
    expect(world.broken()).toContain('releases-everything: 1 timers')
  })

  it.each([
    { localStream: fakeStream('left', ['audio']) },
    { remoteStream: fakeStream('left', ['audio']) },
    { muted: { audio: true, video: false } },
  ])('reports what the state still holds after the end: %o', (more) => {
    const world = watched()
    world.alice.does(end, ended, more)
    expect(world.broken()).toContain('releases-everything: 1 ')
  })
})

describe('survives-signaling-loss', () => {
  const connection: CallEvent = { type: 'connection', connection: { status: 'connecting' } }

  it('reports a connected call that ends because signaling was lost', () => {
    const world = watched()
    world.alice.sees(linked, callerConnected)
    world.at(5)
    world.alice.sees(connection)
    world.alice.sees(end, ended)
    expect(world.broken()).toContain('survives-signaling-loss')
  })

  it('accepts the end of a call that the user ends, or that is not connected', () => {
    const world = watched()
    world.alice.sees(linked, callerConnected)
    world.alice.sees({ type: 'action', action: { type: 'hang-up' } })
    world.alice.sees(end, ended)
    world.bob.sees(rang, ringing)
    world.bob.sees(end, { ...ended, ...callee })
    expect(world.broken()).toBeUndefined()
  })
})

describe('respects-timeouts', () => {
  const noAnswer: CallEvent = { type: 'ended', callId, at: 0, reason: 'no-answer', by: 'local' }
  const rangOut: CallState = { ...callee, phase: 'ended', at: 0, reason: 'no-answer', by: 'local' }
  const timedOut = {
    reason: 'failed',
    by: 'local',
    error: new CallError('connection-timeout', 'no connection'),
  } as const

  it('reports ringing and connecting that take too long', () => {
    const world = watched()
    world.bob.does({ ...rang, ringMs: 5_000 }, ringing)
    world.at(5_000)
    world.bob.rests()
    expect(world.broken()).toBeUndefined()
    world.at(5_001)
    world.bob.rests()
    expect(world.broken()).toContain('respects-timeouts: ringing')
  })

  it('does not count the time that the client was frozen', () => {
    const world = watched()
    world.bob.does({ type: 'answered', by: 'local', callId, media }, connecting)
    world.bob.holds.frozenMs = 10_000
    world.at(40_000)
    world.bob.rests()
    expect(world.broken()).toBeUndefined()
    world.at(40_001)
    world.bob.rests()
    expect(world.broken()).toContain('respects-timeouts: connecting')
  })

  it.each([
    [rang, ringing, noAnswer, rangOut, 20_000],
    [
      { type: 'answered', by: 'local', callId, media },
      connecting,
      { type: 'ended', callId, at: 0, ...timedOut },
      { ...callee, phase: 'ended', at: 0, ...timedOut },
      30_000,
    ],
  ] as const)('reports a call that gives up early: %o', (begins, during, ends, after, limit) => {
    const early = watched()
    early.bob.does(begins, during)
    early.at(limit - 1)
    early.bob.sees(ends, after)
    expect(early.broken()).toContain('1 ms early')
    const inTime = watched()
    inTime.bob.does(begins, during)
    inTime.at(limit)
    inTime.bob.sees(ends, after)
    expect(inTime.broken()).toBeUndefined()
  })

  it('reports a connected call that ends as no-answer', () => {
    const world = watched()
    world.bob.sees(linked, calleeConnected)
    world.at(60_000)
    world.bob.sees(peer({ type: 'data-open' }))
    world.bob.sees(noAnswer, rangOut)
    expect(world.broken()).toContain('ended as no-answer while connected')
  })
})

describe('sends-local-signals', () => {
  const candidate = peer({ type: 'candidate', candidate: { candidate: 'c' } })
  const description = peer({ type: 'description', description: { type: 'offer', sdp: 'x' } })

  const contacted: CallState = { ...caller, phase: 'calling', progress: 'ringing', contacts: [bob] }

  it('reports a description that is not sent at once', () => {
    const world = watched()
    world.alice.does(dialled, contacted)
    world.alice.sees(description)
    world.alice.does(send({ type: 'offer', body: { sdp: 'x' } }))
    expect(world.broken()).toBeUndefined()
    world.alice.does(description)
    expect(world.broken()).toContain('1 descriptions were not sent')
  })

  it('reports a candidate that is sent late or twice', () => {
    const world = watched()
    world.alice.does(dialled, contacted)
    world.alice.does(candidate)
    world.at(20)
    world.alice.rests()
    expect(world.broken()).toBeUndefined()
    world.at(21)
    world.alice.rests()
    expect(world.broken()).toContain('1 candidates were not sent in time')

    const twice = watched()
    twice.alice.does(dialled, contacted)
    twice.alice.does(candidate)
    twice.alice.does(send({ type: 'candidates', body: { list: [{ candidate: 'c' }, { candidate: 'c' }] } }))
    expect(twice.broken()).toContain('1 candidates were sent that nobody found')
  })
})

describe('description-before-candidates', () => {
  const command = (value: Extract<CallEvent, { type: 'command' }>['command']): CallEvent => ({
    type: 'command',
    callId,
    epoch: 0,
    command: value,
  })

  it('reports a candidate that is sent before any description of its connection', () => {
    const world = watched()
    world.alice.sees({ type: 'peer-opened', callId, epoch: 0, role: 'offerer' }, calling)
    world.alice.sees(receive({ type: 'answer', body: { sdp: 'x' } }, bob))
    world.alice.sees(command({ type: 'description', description: { type: 'answer', sdp: 'x' } }))
    world.alice.sees(command({ type: 'candidate', candidate: null }))
    expect(world.broken()).toBeUndefined()
    world.alice.sees({ type: 'peer-opened', callId, epoch: 1, role: 'offerer' })
    world.alice.sees(command({ type: 'candidate', candidate: null }))
    expect(world.broken()).toContain('description-before-candidates')
  })
})

describe('mute-is-kept', () => {
  const mute: CallEvent = { type: 'action', action: { type: 'mute', kind: 'audio', muted: true } }
  const muted = { muted: { audio: true, video: false } }

  it('reports an enabled track that is muted, and a wrong mute state', () => {
    const stream = fakeStream('s', ['audio'])
    const world = watched()
    world.alice.does(dialled, calling, { localStream: stream })
    world.alice.does(mute, calling, muted)
    expect(world.broken()).toContain('the audio track is on')

    const shown = watched()
    shown.alice.does(dialled, calling)
    shown.alice.does(mute)
    expect(shown.broken()).toContain('audio is shown as not muted')
  })

  it('accepts a muted track that is disabled, also in the next call', () => {
    const [track] = fakeStream('s', ['audio']).getTracks()
    const world = watched()
    world.alice.does(dialled, calling)
    if (track) track.enabled = false
    world.alice.does(mute, calling, muted)
    world.alice.does(end, ended, { muted: { audio: false, video: false } })
    world.alice.does({ ...dialled, callId: other }, { ...calling, callId: other })
    expect(world.broken()).toBeUndefined()
  })
})

describe('texts-in-order', () => {
  function chat(facts = {}) {
    const world = watched(facts)
    world.alice.sees(dialled, calling)
    world.bob.sees(rang, ringing)
    world.alice.sees(isUp, callerConnected)
    world.bob.sees(receive({ type: 'select', body: {} }), connecting)
    world.bob.sees(isUp, connecting)
    world.bob.sees(linked, calleeConnected)
    const writes = (words: string) => {
      world.alice.sees(text('local', words))
    }
    return {
      ...world,
      writes,
      arrives: (words: string) => {
        world.bob.sees(text('remote', words))
      },
    }
  }

  it('accepts texts that arrive once and in order', () => {
    const { writes, arrives, over, at, broken } = chat()
    writes('one')
    writes('two')
    arrives('one')
    arrives('two')
    at(1_000)
    over()
    expect(broken()).toBeUndefined()
  })

  it.each([
    ['twice', ['one', 'one']],
    ['in another order', ['two', 'one']],
    ['with a gap', ['two']],
    ['without having been written', ['three']],
  ])('reports a text that arrives %s', (_, arriving) => {
    const { writes, arrives, broken } = chat()
    writes('one')
    writes('two')
    for (const words of arriving) arrives(words)
    expect(broken()).toContain('arrived out of order, or again')
  })

  it('reports a text that is shown as delivered before it has arrived', () => {
    const { alice, writes, arrives, broken } = chat()
    writes('one')
    writes('two')
    arrives('one')
    alice.sees(text('local', 'one', 'delivered'))
    expect(broken()).toBeUndefined()
    alice.sees(text('local', 'two', 'delivered'))
    expect(broken()).toContain('"two" is shown as delivered, and has not arrived')
  })

  it('reports a text that never arrives', () => {
    const { writes, over, at, broken } = chat()
    writes('one')
    at(1_000)
    over()
    expect(broken()).toBe('alice: texts-in-order: 1 texts never arrived')
  })

  it('reports more unsent-text errors than there are unsent texts', () => {
    const { writes, alice: sender, broken } = chat()
    writes('one')
    sender.sees(end, ended)
    sender.does(unsent)
    expect(broken()).toBeUndefined()
    sender.does(unsent)
    expect(broken()).toContain('2 texts are said not to have arrived, of 1')
  })

  it('reports a text that never arrived without an error', () => {
    const told = chat()
    told.alice.sees(text('local', 'one'))
    told.alice.sees(end, ended)
    told.alice.does(unsent)
    expect(told.broken()).toBeUndefined()
    const untold = chat()
    untold.alice.sees(text('local', 'one'))
    untold.alice.does(end, ended)
    expect(untold.broken()).toContain('1 texts never arrived, and nobody was told')
  })

  it('reports more waiting texts than allowed', () => {
    const { alice: sender, broken } = chat()
    for (let n = 0; n < 100; n++) sender.sees(text('local', `${n}`))
    sender.rests()
    expect(broken()).toBeUndefined()
    sender.does(text('local', 'one more'))
    expect(broken()).toContain('101 texts wait')
  })
})

describe('happy-path-connects', () => {
  const calm = { happyPath: true }
  type Reason = 'declined' | 'failed' | 'hung-up' | 'unreachable'
  const endOf = (reason: Reason, by: 'local' | 'remote'): CallEvent => ({
    type: 'ended',
    at: 0,
    callId,
    reason,
    by,
  })
  const after = (reason: Reason, by: 'local' | 'remote'): CallState => ({
    ...callee,
    phase: 'ended',
    at: 0,
    reason,
    by,
  })

  it('reports a call that fails without any fault', () => {
    const world = watched(calm)
    world.bob.sees(endOf('failed', 'local'), after('failed', 'local'))
    expect(world.broken()).toContain('happy-path-connects: failed')
  })

  it('reports an answered call that takes too long to connect', () => {
    const world = watched(calm)
    world.alice.sees(dialled, calling)
    world.bob.does({ type: 'answered', by: 'local', callId, media }, connecting)
    world.at(500)
    world.bob.rests()
    expect(world.broken()).toBeUndefined()
    world.at(501)
    world.bob.rests()
    expect(world.broken()).toContain('answered 501 ms ago and not connected')
  })

  it('reports a remote end that the other side never had', () => {
    const world = watched(calm)
    world.alice.sees(endOf('declined', 'remote'), after('declined', 'remote'))
    world.over()
    expect(world.broken()).toContain('declined by the other side, where it did not end so')
  })

  it('reports an end that reaches the other side too late or never', () => {
    const late = watched(calm)
    late.bob.sees(endOf('declined', 'local'), after('declined', 'local'))
    late.at(16)
    late.alice.sees(endOf('declined', 'remote'), after('declined', 'remote'))
    late.over()
    expect(late.broken()).toContain('alice heard of the end 16 ms later')

    const never = watched(calm)
    never.alice.sees({ type: 'answered', by: 'remote', callId, remote: bob }, callerConnected)
    never.bob.sees(endOf('hung-up', 'local'), after('hung-up', 'local'))
    never.over()
    expect(never.broken()).toContain('alice is still in the call')
  })

  it('reports a caller that learns later than 560 ms that the callee is gone', () => {
    const heardAt = (ms: number) => {
      const world = watched(calm)
      world.bob.sees(endOf('declined', 'local'), after('declined', 'local'))
      world.at(ms)
      world.alice.sees(endOf('unreachable', 'remote'), after('unreachable', 'remote'))
      world.over()
      return world.broken()
    }
    expect(heardAt(560)).toBeUndefined()
    expect(heardAt(561)).toContain('alice heard of the end 561 ms later')
  })

  it('accepts an end that arrives in time, and anything under faults', () => {
    const world = watched(calm)
    world.bob.sees(endOf('declined', 'local'), after('declined', 'local'))
    world.at(10)
    world.alice.sees(endOf('declined', 'remote'), after('declined', 'remote'))
    world.over()
    expect(world.broken()).toBeUndefined()
    const rough = watched()
    rough.bob.sees(endOf('failed', 'local'), after('failed', 'local'))
    rough.over()
    expect(rough.broken()).toBeUndefined()
  })
})

describe('settles', () => {
  it.each([calling, ringing, connecting, { ...calleeConnected, phase: 'reconnecting' } as const])(
    'reports a call that stays $phase',
    (call) => {
      const world = watched({ settles: false })
      world.bob.sees({ type: 'roster', users: [] }, call)
      world.over()
      expect(world.broken()).toBe(`bob: settles: stays ${call.phase} forever`)
    },
  )

  it('reports a call that is connected on one side only', () => {
    const world = watched()
    world.alice.sees(linked, callerConnected)
    world.bob.sees({ type: 'roster', users: [] }, idle)
    world.over()
    expect(world.broken()).toContain('alice: settles: stays connected to bob, whose call is idle')
  })

  it('accepts it under endless faults, on a client that is gone, and on both sides', () => {
    const endless = watched({ settles: false })
    endless.alice.sees(linked, callerConnected)
    endless.over()
    expect(endless.broken()).toBeUndefined()

    const gone = watched()
    gone.bob.sees(rang, ringing)
    gone.bob.holds.alive = false
    gone.over()
    expect(gone.broken()).toBeUndefined()

    const both = watched()
    both.alice.sees(linked, callerConnected)
    both.bob.sees(linked, calleeConnected)
    both.over()
    expect(both.broken()).toBeUndefined()
  })
})

it('keeps the first violation, with its time and client', () => {
  const world = watched()
  world.at(7)
  world.alice.sees(end, ended)
  world.alice.sees(linked)
  world.at(8)
  world.alice.sees(end)
  expect(world.violation()).toEqual({
    invariant: 'nothing-after-the-end',
    at: 7,
    client: 'alice',
    message: 'peer-connected in a call that ended',
  })
})

it('has a rule for each invariant', () => {
  expect(['never-throws', ...Object.keys(rules)].sort()).toEqual(Object.keys(invariants).sort())
})
