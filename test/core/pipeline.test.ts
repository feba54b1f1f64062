import { describe, expect, it } from 'vitest'
import {
  CallError,
  type CallAction,
  type CallErrorCode,
  type CallStep,
  type IncomingMessage,
  type MessageType,
  type TextMessage,
} from '../../src/core/index.ts'
import { play } from '../../src/testing/index.ts'

const call = (user: string): CallAction => ({ type: 'call', user })
const accept: CallAction = { type: 'accept' }
const decline: CallAction = { type: 'decline' }
const hangUp: CallAction = { type: 'hang-up' }
const close: CallAction = { type: 'close' }
const say = (text: string): CallAction => ({ type: 'send', id: text, text })

const codes = (steps: readonly CallStep[] = []): CallErrorCode[] =>
  steps.flatMap(({ event }) => (event.type === 'error' ? [event.error.code] : []))
/** Whether a text of this side comes again, because the other side has it now. */
const isDelivery = ({ from, delivery }: TextMessage) => from === 'local' && delivery === 'delivered'
const texts = (steps: readonly CallStep[] = []): string[] =>
  steps.flatMap(({ event }) =>
    event.type === 'text' && !isDelivery(event.message)
      ? [`${event.message.from}: ${event.message.text}`]
      : [],
  )
const sent = (steps: readonly CallStep[] = []): string[] =>
  steps.flatMap(({ event }) => (event.type === 'send' ? [event.message.type] : []))
const refuse = (code: CallErrorCode) => ({
  delayMs: 5,
  refuse: () => new CallError(code, 'as the test wants it'),
})

describe('a call', () => {
  it('rings, connects and hangs up, and leaves nothing open', () => {
    const { phases, media, openPeers } = play({
      alice: { does: { 30: call('bob'), 150: hangUp } },
      bob: { does: { 60: accept } },
    })
    expect(phases).toEqual({
      alice: [
        { at: 30, phase: 'calling:capturing' },
        { at: 30, phase: 'calling:inviting' },
        { at: 50, phase: 'calling:ringing' },
        { at: 70, phase: 'connecting' },
        { at: 83, phase: 'connected' },
        { at: 150, phase: 'ended:hung-up:local' },
      ],
      // The peer connection closes before the hang-up arrives, which goes through the relay.
      bob: [
        { at: 40, phase: 'ringing' },
        { at: 60, phase: 'connecting' },
        { at: 83, phase: 'connected' },
        { at: 160, phase: 'ended:hung-up:remote' },
      ],
    })
    expect(openPeers).toBe(0)
    expect(media.alice?.liveTracks()).toBe(0)
    expect(media.bob?.liveTracks()).toBe(0)
  })

  it('records a peer event as the cause of the messages that it leads to', () => {
    const { steps } = play({
      alice: { does: { 30: call('bob'), 150: hangUp } },
      bob: { does: { 60: accept } },
    })
    const answer = steps.bob?.find(({ event }) => event.type === 'send' && event.message.type === 'answer')
    const cause = steps.bob?.find(({ number }) => number === answer?.cause)
    expect(cause?.event).toMatchObject({ type: 'peer', event: { type: 'description' } })
  })

  it('sends invite, then offer and candidates while it rings; accept, then answer and candidates', () => {
    const { steps } = play({
      alice: { does: { 30: call('bob'), 150: hangUp } },
      bob: { does: { 60: accept } },
    })
    expect(sent(steps.alice)).toEqual(['invite', 'offer', 'candidates', 'candidates', 'select', 'hang-up'])
    expect(sent(steps.bob)).toEqual(['ringing', 'accept', 'answer', 'candidates', 'candidates'])
  })

  it('shows the local stream before it connects, the remote one with its tracks, and neither after the end', () => {
    const { steps } = play({
      alice: { does: { 30: call('bob'), 150: hangUp } },
      bob: { does: { 60: accept } },
    })
    const streams = (steps.alice ?? []).map(({ state }) => ({
      phase: state.call.phase,
      local: state.localStream?.id,
      remote: state.remoteStream?.id,
    }))
    expect(streams).toContainEqual({ phase: 'calling', local: 'alice-1', remote: undefined })
    expect(streams).toContainEqual({
      phase: 'connected',
      local: 'alice-1',
      remote: expect.any(String) as unknown,
    })
    expect(streams.at(-1)).toEqual({ phase: 'ended', local: undefined, remote: undefined })
  })

  it('keeps the camera closed on the callee until the user accepts', () => {
    const { media, steps } = play({ alice: { does: { 30: call('bob'), 100: hangUp } }, bob: {} })
    expect(media.bob?.captured).toEqual([])
    expect(sent(steps.bob)).toEqual(['ringing'])
  })

  it('is refused while another one is open, which continues', () => {
    const { phases, steps } = play({
      alice: { does: { 30: call('bob'), 100: call('carol'), 150: hangUp } },
      bob: { does: { 60: accept } },
      carol: {},
    })
    expect(codes(steps.alice)).toEqual(['already-in-call'])
    expect(phases.alice?.slice(-2)).toEqual([
      { at: 83, phase: 'connected' },
      { at: 150, phase: 'ended:hung-up:local' },
    ])
    expect(phases.carol).toEqual([])
  })

  it('can follow another call', () => {
    const { phases } = play({
      alice: { does: { 30: call('bob'), 100: hangUp, 200: accept } },
      bob: { does: { 60: accept, 150: call('alice'), 300: hangUp } },
    })
    expect(phases.alice?.slice(-4)).toEqual([
      { at: 160, phase: 'ringing' },
      { at: 200, phase: 'connecting' },
      { at: 223, phase: 'connected' },
      { at: 310, phase: 'ended:hung-up:remote' },
    ])
  })
})

describe('an accept', () => {
  it('that is late delays the messages after it, and then connects the call', () => {
    const { phases } = play(
      { alice: { does: { 30: call('bob') } }, bob: { does: { 60: accept } } },
      { disturb: ({ type }) => (type === 'accept' ? [200] : [0]) },
    )
    expect(phases.alice).toEqual(
      expect.arrayContaining([
        { at: 270, phase: 'connecting' },
        { at: 281, phase: 'connected' },
      ]),
    )
    expect(phases.bob?.at(-1)).toEqual({ at: 281, phase: 'connected' })
  })
})

describe('a call that does not connect', () => {
  it('is declined', () => {
    const { phases, media } = play({ alice: { does: { 30: call('bob') } }, bob: { does: { 60: decline } } })
    expect(phases.alice?.at(-1)).toEqual({ at: 70, phase: 'ended:declined:remote' })
    expect(phases.bob?.at(-1)).toEqual({ at: 60, phase: 'ended:declined:local' })
    expect(media.alice?.liveTracks()).toBe(0)
  })

  it('is cancelled', () => {
    const { phases } = play({ alice: { does: { 30: call('bob'), 60: hangUp } }, bob: {} })
    expect(phases.alice?.at(-1)).toEqual({ at: 60, phase: 'ended:cancelled:local' })
    expect(phases.bob).toEqual([
      { at: 40, phase: 'ringing' },
      { at: 70, phase: 'ended:cancelled:remote' },
    ])
  })

  it('is cancelled while an accept is under way: the caller decides', () => {
    const { phases, openPeers } = play({
      alice: { does: { 30: call('bob'), 62: hangUp } },
      bob: { does: { 60: accept } },
    })
    expect(phases.alice?.at(-1)).toEqual({ at: 62, phase: 'ended:cancelled:local' })
    expect(phases.bob?.at(-1)).toEqual({ at: 72, phase: 'ended:cancelled:remote' })
    expect(openPeers).toBe(0)
  })

  it('rings out on both sides, sooner if the caller is a stranger to the callee', () => {
    const { phases } = play({ alice: { does: { 30: call('bob') } }, bob: {} })
    expect(phases.alice?.at(-1)).toEqual({ at: 60030, phase: 'ended:no-answer:local' })
    expect(phases.bob?.at(-1)).toEqual({ at: 20040, phase: 'ended:no-answer:local' })
  })

  it('reaches nobody', () => {
    const { phases } = play({ alice: { does: { 30: call('dave') } } })
    expect(phases.alice?.at(-1)).toEqual({ at: 40, phase: 'ended:unreachable:remote' })
  })

  it('finds the callee busy, whose call continues unchanged', () => {
    const { phases } = play({
      alice: { does: { 30: call('bob') } },
      bob: { does: { 60: accept } },
      carol: { does: { 100: call('bob') } },
    })
    expect(phases.carol?.at(-1)).toEqual({ at: 620, phase: 'ended:busy:remote' })
    expect(phases.bob).toEqual([
      { at: 40, phase: 'ringing' },
      { at: 60, phase: 'connecting' },
      { at: 83, phase: 'connected' },
    ])
  })

  it('gives up when it is accepted but does not connect', () => {
    const { phases } = play(
      { alice: { does: { 30: call('bob') } }, bob: { does: { 60: accept } } },
      { disturb: ({ type }) => (type === 'answer' ? [] : [0]) },
    )
    expect(phases.alice?.at(-1)).toEqual({ at: 30070, phase: 'ended:failed:local' })
    expect(phases.bob?.at(-1)).toEqual({ at: 30060, phase: 'ended:failed:local' })
  })
})

describe('an invite', () => {
  it('that comes again after its call is over does not ring again', () => {
    const { phases } = play(
      { alice: { does: { 30: call('bob') } }, bob: { does: { 60: decline } } },
      { disturb: ({ type }) => (type === 'invite' ? [0, 500] : [0]) },
    )
    expect(phases.bob).toEqual([
      { at: 40, phase: 'ringing' },
      { at: 60, phase: 'ended:declined:local' },
    ])
  })

  it('that its own cancel has overtaken does not ring', () => {
    const { phases } = play(
      { alice: { does: { 30: call('bob'), 60: hangUp } }, bob: {} },
      { disturb: ({ type }) => (type === 'invite' ? [500] : [0]) },
    )
    expect(phases.bob).toEqual([])
  })
})

describe('media', () => {
  it.each([
    ['no-device', 'media-error'],
    ['device-in-use', 'media-error'],
    ['capture-failed', 'media-error'],
    ['permission-denied', 'cancelled'],
  ] as const)('that the caller cannot capture (%s) ends the call as %s, and nobody rings', (code, reason) => {
    const { phases, steps } = play({ alice: { does: { 30: call('bob') }, media: refuse(code) }, bob: {} })
    expect(phases.alice).toEqual([
      { at: 30, phase: 'calling:capturing' },
      { at: 35, phase: `ended:${reason}:local` },
    ])
    const ended = steps.alice?.at(-1)?.state.call
    expect(ended?.phase === 'ended' && ended.error?.code).toBe(code)
    expect(phases.bob).toEqual([])
  })

  it.each(['no-device', 'permission-denied'] as const)(
    'that the callee cannot capture (%s) is an error of the callee, and both are connected',
    (code) => {
      const { phases, steps, media } = play({
        alice: { does: { 30: call('bob'), 200: hangUp } },
        bob: { does: { 60: accept }, media: refuse(code) },
      })
      for (const side of [phases.alice, phases.bob])
        expect(side?.some(({ phase }) => phase === 'connected')).toBe(true)
      // Those of the camera and of the microphone.
      expect(codes(steps.bob)).toEqual([code, code])
      expect(phases.bob?.at(-1)?.phase).toBe('ended:hung-up:remote')
      expect(media.alice?.liveTracks()).toBe(0)
    },
  )

  it('granted after the caller gave up is closed at once, and nobody rings', () => {
    const { phases, media } = play({
      alice: { does: { 30: call('bob'), 50: hangUp }, media: { delayMs: 100 } },
      bob: {},
    })
    expect(phases.alice).toEqual([
      { at: 30, phase: 'calling:capturing' },
      { at: 50, phase: 'ended:cancelled:local' },
    ])
    expect(media.alice?.liveTracks()).toBe(0)
    expect(phases.bob).toEqual([])
  })

  it('is muted in the track, and unmuted for the next call', () => {
    const { steps, media } = play({
      alice: { does: { 30: call('bob'), 100: { type: 'mute', kind: 'audio', muted: true }, 150: hangUp } },
      bob: { does: { 60: accept } },
    })
    expect(media.alice?.captured[0]?.getTracks().map(({ kind, enabled }) => [kind, enabled])).toEqual([
      ['audio', false],
      ['video', true],
    ])
    expect(steps.alice?.some(({ state }) => state.muted.audio)).toBe(true)
    expect(steps.alice?.at(-1)?.state.muted).toEqual({ audio: false, video: false })
  })
})

describe('glare', () => {
  const both = { 30: call('bob'), 250: hangUp }

  it.each([
    ['alice', { alice: 1, bob: 2 }],
    ['bob', { alice: 2, bob: 1 }],
  ])('leaves one call, that of %s with the lower id, and opens no camera again', (winner, ids) => {
    const { phases, steps, media, openPeers } = play({
      alice: { does: both, idsFrom: ids.alice },
      bob: { does: { 30: call('alice') }, idsFrom: ids.bob },
    })
    expect(phases.alice?.slice(-2)).toEqual([
      { at: 83, phase: 'connected' },
      { at: 250, phase: 'ended:hung-up:local' },
    ])
    expect(phases.bob?.slice(-2)).toEqual([
      { at: 83, phase: 'connected' },
      { at: 260, phase: 'ended:hung-up:remote' },
    ])
    const ids$ = ['alice', 'bob'].map((user) => steps[user]?.at(-1)?.state.call)
    expect(new Set(ids$.map((state) => state && 'callId' in state && state.callId)).size).toBe(1)
    const roles = ids$.map((state) => state && 'role' in state && state.role)
    expect(roles).toEqual(winner === 'alice' ? ['caller', 'callee'] : ['callee', 'caller'])
    expect([media.alice?.captured.length, media.bob?.captured.length]).toEqual([1, 1])
    expect(openPeers).toBe(0)
  })

  it('is won by the call that already rings, if the other is still waiting for the camera', () => {
    const { phases, media } = play({
      alice: { does: both, idsFrom: 1, media: { delayMs: 60 } },
      bob: { does: { 30: call('alice') }, idsFrom: 2 },
    })
    expect(phases.alice).toEqual([
      { at: 30, phase: 'calling:capturing' },
      { at: 40, phase: 'connecting' },
      expect.objectContaining({ phase: 'connected' }),
      { at: 250, phase: 'ended:hung-up:local' },
    ])
    expect(media.alice?.captured.length).toBe(1)
  })
})

describe('texts', () => {
  it('written before the connection are sent with it, once and in order', () => {
    const { steps } = play({
      alice: { does: { 30: call('bob'), 40: say('one'), 41: say('two'), 120: say('three'), 200: hangUp } },
      bob: { does: { 60: accept, 130: say('four') } },
    })
    expect(texts(steps.bob)).toEqual(['remote: one', 'remote: two', 'remote: three', 'local: four'])
    expect(texts(steps.alice)).toEqual(['local: one', 'local: two', 'local: three', 'remote: four'])
  })

  it('that were never sent are reported when the call ends', () => {
    const { steps } = play({ alice: { does: { 30: call('bob'), 40: say('one'), 60: hangUp } }, bob: {} })
    expect(codes(steps.alice)).toEqual(['text-not-sent'])
  })
})

describe('leaving', () => {
  it.each([
    [35, 'cancelled', 'cancel', 'ended:cancelled:remote'],
    [45, 'cancelled', 'cancel', 'ended:cancelled:remote'],
    [100, 'hung-up', 'hang-up', 'ended:hung-up:remote'],
  ])('in a call at %i ms hangs up first', (at, reason, endMessage, other) => {
    const { phases, steps, traces, openPeers } = play({
      alice: { does: { 30: call('bob'), [at]: close } },
      bob: { does: { 60: accept } },
    })
    expect(phases.alice?.at(-1)).toEqual({ at, phase: `ended:${reason}:local` })
    const trace = traces.alice ?? []
    const sentAt = trace.findLastIndex(({ type }) => type === 'message-sent')
    expect(trace[sentAt]).toMatchObject({ message: { type: endMessage } })
    expect(trace.slice(sentAt).some(({ type }) => type === 'signaling-closed')).toBe(true)
    expect((steps.alice ?? []).slice(-2).map(({ event }) => event.type)).toEqual(['ended', 'connection'])
    expect(phases.bob?.at(-1)?.phase).toBe(other)
    expect(openPeers).toBe(0)
  })

  it('while it rings sends gone, not decline', () => {
    const { phases } = play({ alice: { does: { 30: call('bob') } }, bob: { does: { 60: close } } })
    expect(phases.alice?.at(-1)).toEqual({ at: 570, phase: 'ended:unreachable:remote' })
  })

  it('silently is noticed by the peer connection', () => {
    const { phases, media, openPeers } = play({
      alice: { does: { 30: call('bob') }, vanishesAt: 100 },
      bob: { does: { 60: accept } },
    })
    expect(phases.bob?.at(-1)).toEqual({ at: 5105, phase: 'ended:hung-up:remote' })
    expect([media.alice?.liveTracks(), media.bob?.liveTracks(), openPeers]).toEqual([0, 0, 0])
  })
})

/** Drops the first message of this type from this user. */
function losesFirst(type: MessageType, user: string) {
  let isLost = false
  return (message: IncomingMessage): readonly number[] => {
    if (isLost || message.type !== type || message.from.user !== user) return [0]
    isLost = true
    return []
  }
}

describe('a message that is lost', () => {
  it.each([
    ['alice', 'invite'],
    ['bob', 'ringing'],
    ['alice', 'offer'],
    ['alice', 'candidates'],
    ['bob', 'accept'],
    ['alice', 'select'],
    ['bob', 'answer'],
    ['bob', 'candidates'],
    ['alice', 'ack'],
    ['bob', 'ack'],
  ] as const)('is sent again, and the call connects: of %s, %s', (user, type) => {
    const { phases, steps } = play(
      { alice: { does: { 30: call('bob') } }, bob: { does: { 2_000: accept } } },
      { disturb: losesFirst(type, user) },
    )
    for (const side of [phases.alice, phases.bob]) {
      expect(side?.at(-1)?.phase).toBe('connected')
      expect(side?.at(-1)?.at).toBeLessThan(4_000)
    }
    const received = (steps[user === 'alice' ? 'bob' : 'alice'] ?? []).flatMap(({ event }) =>
      event.type === 'received' && event.message.type === type ? [event.message.seq] : [],
    )
    expect(new Set(received).size).toBe(received.length)
  })

  it.each([
    ['alice', 'hang-up', { 5_000: hangUp }, { 100: accept }, 'hung-up'],
    ['bob', 'hang-up', {}, { 100: accept, 5_000: hangUp }, 'hung-up'],
    ['bob', 'decline', {}, { 100: decline }, 'declined'],
    ['alice', 'cancel', { 100: hangUp }, {}, 'cancelled'],
  ] as const)('is sent again after the end, too: of %s, %s', (user, type, alices, bobs, reason) => {
    const { phases, steps } = play(
      { alice: { does: { 30: call('bob'), ...alices } }, bob: { does: bobs } },
      { disturb: losesFirst(type, user) },
    )
    const other = user === 'alice' ? 'bob' : 'alice'
    expect(phases[user]?.at(-1)?.phase).toBe(`ended:${reason}:local`)
    expect(phases[other]?.at(-1)?.phase).toBe(`ended:${reason}:remote`)
    const farewells = (steps[other] ?? []).filter(
      ({ event }) => event.type === 'received' && event.message.type === type,
    )
    expect(farewells).toHaveLength(1)
  })
})

describe('an action without a call', () => {
  it.each([
    [accept, 'not-ringing'],
    [decline, 'not-ringing'],
    [hangUp, 'not-in-call'],
    [say('hello'), 'not-in-call'],
    [{ type: 'mute', kind: 'audio', muted: true }, 'not-in-call'],
    [call(''), 'invalid-name'],
    [call('alice'), 'invalid-name'],
  ] as const)('%o is refused as %s', (action, code) => {
    const { phases, steps } = play({ alice: { does: { 30: action } } })
    expect(codes(steps.alice)).toEqual([code])
    expect(phases.alice).toEqual([])
  })
})
