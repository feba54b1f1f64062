import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CallError, defaultSettings, type CallAction } from '../../src/core/index.ts'
import type { TraceEntry } from '../../src/core/trace/index.ts'
import { fakeMedia, formatDivergence, play, replay, virtualId } from '../../src/testing/index.ts'
import { recordedCall, recordedWorld, toLines } from './support/recorded-world.ts'

type Type = TraceEntry['type']

/** The trace with something else in its n-th entry of a type. */
function altered<T extends Type>(
  trace: readonly TraceEntry[],
  type: T,
  change: (entry: Extract<TraceEntry, { type: T }>) => object,
): { readonly index: number; readonly trace: readonly object[] } {
  const index = trace.findIndex((entry) => entry.type === type)
  const found = trace[index]
  if (!found) throw new Error(`the trace has no ${type}`)
  const entry = { ...found, ...change(found as Extract<TraceEntry, { type: T }>) }
  return { index, trace: trace.with(index, entry) }
}

const phasesOf = (trace: readonly TraceEntry[]) =>
  trace.flatMap((entry) => (entry.type === 'state' && entry.state.call ? [entry.state.call.phase] : []))

describe('replay', () => {
  it('produces the same entries, including states', () => {
    const { alice, bob } = recordedCall()
    for (const trace of [alice, bob]) {
      const { divergence, entries } = replay(trace)
      expect(formatDivergence(divergence)).toBe('')
      expect(entries).toEqual(trace)
    }
    expect(new Set(phasesOf(alice))).toEqual(new Set(['idle', 'calling', 'connecting', 'connected', 'ended']))
    expect(new Set(phasesOf(bob))).toEqual(new Set(['idle', 'ringing', 'connecting', 'connected', 'ended']))
  })

  it('gives the steps of the client, with the times of the recording', () => {
    const { steps, traces } = play({
      alice: { does: { 30: { type: 'call', user: 'bob' }, 900: { type: 'hang-up' } } },
      bob: { does: { 100: { type: 'accept' } } },
    })
    const replayed = replay(traces.alice ?? []).steps

    expect(replayed.map(({ number, cause, event }) => [number, cause, event.type])).toEqual(
      steps.alice?.map(({ number, cause, event }) => [number, cause, event.type]),
    )
    expect(replayed.find(({ state }) => state.call.phase === 'calling')?.at).toBe(30)
    expect(replayed.at(-1)).toMatchObject({ at: 900, state: { call: { phase: 'ended' } } })
  })

  it('reads JSON Lines, with any line endings and an empty last line', () => {
    const lines = toLines(recordedCall().alice)
    expect(replay(lines).divergence).toBeUndefined()
    expect(replay(`${lines.replaceAll('\n', '\r\n')}\r\n\n`).divergence).toBeUndefined()
  })

  it('replays texts that were kept, and masked ones', () => {
    const kept = recordedCall({ texts: true }).bob
    expect(JSON.stringify(kept)).toContain('olá 👋')
    expect(replay(kept).divergence).toBeUndefined()
    const masked = recordedCall().bob
    expect(JSON.stringify(masked)).not.toContain('olá')
    expect(replay(masked).divergence).toBeUndefined()
  })

  it('replays a call between two real browsers', () => {
    const trace = readFileSync(new URL('../fixtures/chromium-call.jsonl', import.meta.url), 'utf8')
    const { divergence, entries } = replay(trace)
    expect(divergence, formatDivergence(divergence)).toBeUndefined()
    expect(phasesOf(entries)).toEqual(
      expect.arrayContaining(['idle', 'calling', 'connecting', 'connected', 'ended']),
    )
  })

  it('replays refused media, a refused relay, a broken connection and a busy user', () => {
    const world = recordedWorld()
    const refuse = () => new CallError('permission-denied', 'no')
    const alice = world.client('alice', fakeMedia('alice', world.env, { delayMs: 5, refuse }))
    const bob = world.client('bob')
    const carol = world.client('carol').at(60, { type: 'call', user: 'bob' })
    const dave = world.client('dave').at(55, { type: 'call', user: 'nobody' })
    alice.at(20, { type: 'call', user: 'bob' })
    bob.at(50, { type: 'call', user: 'carol' })
    carol.at(75, { type: 'accept' })
    world.env.scheduler.schedule(() => world.peers.cut(), 200)
    world.run()
    for (const { trace } of [alice, bob, carol, dave]) {
      const { divergence } = replay(trace)
      expect(divergence, formatDivergence(divergence)).toBeUndefined()
    }
    const reasons = [alice, bob, dave].map(({ trace }) =>
      trace.flatMap((entry) =>
        entry.type === 'state' && entry.state.call?.phase === 'ended' ? [entry.state.call.reason] : [],
      ),
    )
    expect(reasons).toEqual([['cancelled'], ['failed'], ['unreachable']])
  })

  it('replays changes of media: new streams, a lost device, and the reported status', () => {
    const world = recordedWorld()
    const devices = fakeMedia('alice', world.env, { delayMs: 5 })
    const alice = world.client('alice', devices)
    const bob = world.client('bob')
    alice.at(20, { type: 'call', user: 'bob', media: { audio: true, video: false } })
    bob.at(60, { type: 'accept' })
    alice.at(150, { type: 'media', change: { video: 'screen' } })
    alice.at(200, { type: 'media', change: { video: { deviceId: 'front' }, audio: false } })
    bob.at(220, { type: 'hold', held: true })
    world.env.scheduler.schedule(() => devices.interrupt('video', true), 230)
    world.env.scheduler.schedule(() => devices.end('video'), 250)
    alice.at(300, { type: 'hang-up' })
    world.run()
    for (const { trace } of [alice, bob]) {
      const { divergence } = replay(toLines(trace))
      expect(divergence, formatDivergence(divergence)).toBeUndefined()
    }
    const made = alice.trace.flatMap((entry) => (entry.type === 'stream-made' ? [entry.stream.tracks] : []))
    expect(made).toHaveLength(1)
    expect(alice.trace.filter(({ type }) => type === 'media-captured')).toHaveLength(5)
    const told = bob.trace.flatMap((entry) =>
      entry.type === 'state' && entry.state.remoteMedia ? [entry.state.remoteMedia.video] : [],
    )
    expect(told).toEqual(['off', 'screen', 'screen', 'camera', 'interrupted', 'off'])
  })

  it('replays random calls with glare, and with messages lost, late, repeated and out of order', () => {
    const phases = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      for (const trace of randomCalls(seed)) {
        const { divergence } = replay(toLines(trace))
        expect(divergence, `seed ${seed}\n${formatDivergence(divergence)}`).toBeUndefined()
        for (const phase of phasesOf(trace)) phases.add(phase)
      }
    }
    expect(phases).toEqual(
      new Set(['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended']),
    )
  })
})

describe('the first divergence', () => {
  const { alice, bob } = recordedCall()
  const call: CallAction = { type: 'call', user: 'carol' }
  const cases: Record<string, { readonly index: number; readonly trace: readonly object[] }> = {
    'signaling-opened': altered(alice, 'signaling-opened', () => ({ type: 'signaling-closed' })),
    'signaling-closed': altered(alice, 'signaling-closed', () => ({ type: 'signaling-opened' })),
    'message-sent': altered(alice, 'message-sent', ({ message }) => ({
      message: { ...message, type: 'busy' },
    })),
    'timer-set': altered(alice, 'timer-set', ({ ms }) => ({ ms: ms + 1 })),
    'timer-cleared': altered(alice, 'timer-cleared', ({ timer }) => ({ timer: timer + 1 })),
    'peer-opened': altered(alice, 'peer-opened', ({ peer }) => ({ peer: peer + 1 })),
    'peer-command': altered(bob, 'peer-command', () => ({ command: { type: 'renegotiate' } })),
    'peer-closed': altered(bob, 'peer-closed', ({ peer }) => ({ peer: peer + 1 })),
    'media-requested': altered(alice, 'media-requested', () => ({ request: { audio: false, video: true } })),
    'media-released': altered(alice, 'media-released', ({ capture }) => ({ capture: capture + 1 })),
    state: altered(alice, 'state', () => ({ state: {} })),
    text: altered(alice, 'text', ({ message }) => ({ message: { ...message, from: 'remote' } })),
    ended: altered(alice, 'ended', () => ({ error: { thrown: 'x' } })),
    'an entry too many': {
      index: 5,
      trace: alice.toSpliced(5, 0, { at: alice[5]?.at ?? 0, type: 'signaling-closed' }),
    },
    'an entry too few': {
      index: alice.findIndex(({ type }) => type === 'message-sent'),
      trace: alice.filter((_, i) => i !== alice.findIndex(({ type }) => type === 'message-sent')),
    },
    'a later time of an output': altered(alice, 'message-sent', ({ at }) => ({ at: at + 1 })),
    'a trace that was cut off between two lines': {
      index: alice.findIndex(({ type }) => type === 'message-sent'),
      trace: alice.slice(
        0,
        alice.findIndex(({ type }) => type === 'message-sent'),
      ),
    },
  }
  it.each(Object.entries(cases))('is found at its place: %s', (_, { trace, index }) => {
    const { divergence, entries } = replay(trace)
    expect(divergence?.index).toBe(index)
    expect(divergence?.expected).toEqual(trace[index])
    expect(entries).toEqual(trace.slice(0, index))
    expect(formatDivergence(divergence)).toContain(`at entry ${index} of ${trace.length}`)
  })

  const inputs: Record<string, { readonly index: number; readonly trace: readonly object[] }> = {
    action: altered(alice, 'action', () => ({ action: call })),
    id: altered(alice, 'id', () => ({ id: 'another one' })),
    'timer-ran': altered(alice, 'timer-ran', ({ timer }) => ({ timer: timer + 1000 })),
    'signaling-event': altered(alice, 'signaling-event', () => ({ event: { type: 'roster', users: ['x'] } })),
    'peer-event': altered(bob, 'peer-event', () => ({ event: { type: 'renegotiate' } })),
    'peer-ended': altered(alice, 'peer-ended', ({ peer }) => ({ peer: peer + 1 })),
    'media-captured': altered(bob, 'media-captured', () => ({ stream: { stream: 'another', tracks: [] } })),
  }
  it.each(Object.entries(inputs))('is found no later than the changed input: %s', (_, { trace, index }) => {
    const { divergence } = replay(trace)
    expect(divergence?.index).toBeGreaterThanOrEqual(index)
    expect(divergence?.index).toBeLessThan(index + 6)
  })

  it('may be an input without a subscriber', () => {
    const index = alice.findIndex(({ type }) => type === 'action')
    const early = alice.toSpliced(index, 0, {
      at: alice[index]?.at ?? 0,
      type: 'peer-event',
      peer: 7,
      event: { type: 'data-open' },
    })
    expect(replay(early).divergence).toMatchObject({ index, actual: undefined })
    expect(formatDivergence(replay(early).divergence)).toContain('it does not accept this input')
  })

  it('may be an input for something already closed', () => {
    const late = { at: 300, type: 'peer-event', peer: 1, event: { type: 'data-open' } }
    expect(replay([...alice, late]).divergence).toMatchObject({ index: alice.length, actual: undefined })
  })

  it('is reported with the difference, and with the marbles around it', () => {
    const self = { user: 'alice', party: virtualId(1) }
    const message = { v: 1, callId: virtualId(2), to: { user: 'bob' }, type: 'hang-up' } as const
    const trace: TraceEntry[] = [
      { at: 0, type: 'trace', version: 1, startedAt: 0, settings: defaultSettings },
      { at: 0, type: 'signaling-event', event: { type: 'online', self } },
      { at: 40, type: 'action', action: { type: 'hang-up' } },
      { at: 40, type: 'message-sent', message: { ...message, body: { reason: 'hung-up' } } },
      { at: 60, type: 'action', action: { type: 'close' } },
    ]
    const actual: TraceEntry = {
      at: 40,
      type: 'message-sent',
      message: { ...message, body: { reason: 'failed' } },
    }
    const [description, link] = formatDivergence({ index: 3, expected: trace[3], actual, trace }).split(
      '\n\nSee ',
    )
    expect(link).toMatch(/^it in the lab \(npm start\): http:\/\/localhost:3000\/lab\/#excerpt=[\w-]+$/)
    expect(description).toBe(
      [
        'The pipeline differs from the trace at entry 3 of 5, 40 ms after its start.',
        '  the trace has      message-sent (hang-up)',
        '  the pipeline has   message-sent (hang-up)',
        '    message.body.reason: "hung-up" in the trace, now "failed"',
        '',
        '                from 0 ms',
        'alice actions   - 39ms h 19ms c',
        'alice relay     o 39ms - 19ms -',
        'alice sent      - 39ms h 19ms -',
        '                       ^ here',
        '',
        'alice actions   h hang-up · c close',
        'alice relay     o online',
        'alice sent      h hang-up',
      ].join('\n'),
    )
    expect(formatDivergence({ index: 3, expected: trace[3], actual: undefined, trace })).toContain(
      'the pipeline has   nothing',
    )
    expect(formatDivergence({ index: 5, expected: undefined, actual, trace })).toContain(
      'the trace has      nothing more',
    )
    expect(formatDivergence(undefined)).toBe('')
  })
})

describe('an invalid trace', () => {
  const { alice } = recordedCall()
  const lines = toLines(alice).split('\n')
  const header = lines[0] ?? ''
  const cases: readonly (readonly [what: string, trace: string, says: string])[] = [
    ['nothing', '', 'this is not an rxcall trace'],
    ['some other text', 'Hello\nWorld', 'this is not an rxcall trace'],
    ['some other JSON', '{"log":[]}', 'this is not an rxcall trace'],
    ['a trace without its beginning', lines.slice(1).join('\n'), 'this is not an rxcall trace'],
    [
      'a trace of another version',
      `${header.replace('"version":1', '"version":2')}\n{"at":0,"type":"unheard-of"}`,
      'this trace has version 2; this rxcall reads version 1',
    ],
    [
      'a trace with settings of another kind',
      [header.replace('"ringMs":', '"ringSeconds":'), ...lines.slice(1)].join('\n'),
      'line 1 of the trace has settings that this rxcall does not accept: unknown setting: settings.ringSeconds',
    ],
    [
      'a file that was cut off',
      lines.join('\n').slice(0, -9),
      `line ${lines.length} of ${lines.length} of the trace is not JSON: the file was cut off`,
    ],
    [
      'a file that was altered',
      lines.with(4, lines[4]?.slice(2) ?? '').join('\n'),
      `line 5 of ${lines.length} of the trace is not JSON: it was altered`,
    ],
    [
      'an unknown entry',
      lines.with(2, '{"at":0,"type":"x"}').join('\n'),
      'line 3 of the trace is not an entry',
    ],
    ['an entry without time', lines.with(2, '{"type":"signaling-opened"}').join('\n'), 'line 3 of the trace'],
    ['an entry with half its parts', lines.with(2, '{"at":0,"type":"timer-ran"}').join('\n'), 'timer'],
    [
      'an event without its track',
      lines.with(2, '{"at":0,"type":"peer-event","peer":1,"event":{"type":"track-added"}}').join('\n'),
      'line 3 of the trace is not an entry: event.track',
    ],
    ['no object', lines.with(2, 'null').join('\n'), 'line 3 of the trace'],
  ]
  it.each(cases)('is refused with a reason: %s', (_, trace, says) => {
    expect(() => replay(trace)).toThrow(says)
  })
})

/** What two clients record that press whatever they like, over a relay that loses, doubles and delays. */
function randomCalls(seed: number): readonly (readonly TraceEntry[])[] {
  const random = lehmer(seed)
  const pick = <T>(...options: readonly T[]): T => options[Math.floor(random() * options.length)] as T
  const disturb = () => pick([0], [0], [0], [0], [], [0, pick(3, 40)], [pick(10, 100)])
  const world = recordedWorld({ latencyMs: pick(1, 5, 30), disturb: seed % 3 === 0 ? () => [0] : disturb })
  const refuse = () => (random() < 0.1 ? new CallError('no-device', 'none at 10.0.0.1') : undefined)
  const clients = ['alice', 'bob'].map((user) =>
    world.client(user, fakeMedia(user, world.env, { delayMs: pick(0, 0, 7), refuse })),
  )
  const together = pick(true, false)
  clients.forEach((client, n) => {
    const other = n === 0 ? 'bob' : 'alice'
    if (together || n === 0) client.at(100, { type: 'call', user: other })
    for (let time = 150; time < 1_500; time += Math.ceil(random() * 150)) client.at(time, action(other))
    if (random() < 0.3) client.stopAt(1_200)
    client.at(2_000, { type: 'close' })
  })
  if (random() < 0.3) world.env.scheduler.schedule(() => world.peers.fail(), 700)
  world.run()
  return clients.map(({ trace }) => trace)

  function action(user: string): CallAction {
    return pick<() => CallAction>(
      () => ({ type: 'accept', media: { audio: true, video: pick(true, false) } }),
      () => ({ type: 'accept' }),
      () => ({ type: 'accept' }),
      () => ({ type: 'call', user: pick(user, user, '', 'nobody') }),
      () => ({ type: 'decline' }),
      () => ({ type: 'hang-up' }),
      () => ({ type: 'send', id: 't', text: pick('hello', '', 'é👋'.repeat(pick(1, 2_000))) }),
      () => ({ type: 'mute', kind: pick('audio', 'video'), muted: pick(true, false) }),
    )()
  }
}

/** Numbers from 0 up to 1, the same for the same seed (Lehmer's generator with the constants of MINSTD). */
function lehmer(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
