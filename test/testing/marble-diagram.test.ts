import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { virtualId, marbleLanes, parseTrace, toMarbles, type Trace } from '../../src/testing/index.ts'
import { defaultSettings } from '../../src/core/index.ts'
import type { TraceEntry } from '../../src/core/trace/index.ts'
import { recordedCall, toLines } from './support/recorded-world.ts'

const header = (startedAt = 0): TraceEntry => ({
  at: 0,
  type: 'trace',
  version: 1,
  startedAt,
  settings: defaultSettings,
})
const online = (user: string): TraceEntry => ({
  at: 0,
  type: 'signaling-event',
  event: { type: 'online', self: { user, party: virtualId(1) } },
})
const candidateAt = (at: number): TraceEntry => ({
  at,
  type: 'peer-event',
  peer: 1,
  event: { type: 'candidate', candidate: { candidate: 'c' } },
})
const sendAt = (at: number): TraceEntry => ({
  at,
  type: 'action',
  action: { type: 'send', id: 't', text: 'x' },
})

const callId = virtualId(9)
const media = { audio: true, video: false }
const call = { callId, media, role: 'caller', remote: { user: 'bob' } } as const
const message = { v: 1, callId, to: { user: 'bob' } } as const

/** Alice calls Bob, who declines. */
const aliceCalls: readonly TraceEntry[] = [
  header(1_000),
  online('alice'),
  { at: 0, type: 'state', state: { call: { phase: 'idle' } } },
  { at: 30, type: 'action', action: { type: 'call', user: 'bob' } },
  { at: 30, type: 'id', id: callId },
  { at: 30, type: 'media-requested', capture: 1, request: media },
  {
    at: 30,
    type: 'state',
    state: { call: { ...call, phase: 'calling', progress: 'capturing', contacts: [] } },
  },
  { at: 34, type: 'media-captured', capture: 1, stream: { stream: 's', tracks: [] } },
  { at: 34, type: 'timer-set', timer: 1, ms: 60_000 },
  {
    at: 34,
    type: 'state',
    state: { call: { ...call, phase: 'calling', progress: 'inviting', contacts: [] } },
  },
  { at: 34, type: 'message-sent', message: { ...message, type: 'invite', body: { media } } },
  { at: 2035, type: 'signaling-event', event: { type: 'message', message: { type: 'decline' } } },
  {
    at: 2035,
    type: 'state',
    state: { call: { ...call, phase: 'ended', at: 0, reason: 'declined', by: 'remote' } },
  },
  { at: 2035, type: 'media-released', capture: 1 },
]
const bobIsCalled: readonly TraceEntry[] = [
  header(1_000),
  online('bob'),
  { at: 0, type: 'state', state: { call: { phase: 'idle' } } },
  { at: 35, type: 'signaling-event', event: { type: 'message', message: { type: 'invite' } } },
  { at: 35, type: 'state', state: { call: { ...call, role: 'callee', phase: 'ringing' } } },
  { at: 2030, type: 'action', action: { type: 'decline' } },
  { at: 2030, type: 'message-sent', message: { ...message, type: 'decline', body: {} } },
  {
    at: 2030,
    type: 'state',
    state: { call: { ...call, role: 'callee', phase: 'ended', at: 0, reason: 'declined', by: 'local' } },
  },
]

/** The lanes of a diagram, put together from its lines. */
function lanesIn(diagram: string): Map<string, string> {
  const blocks = diagram.split('\n\n').slice(0, -1)
  const lanes = new Map<string, string>()
  for (const block of blocks) {
    const [head = '', ...lines] = block.split('\n')
    const indent = head.indexOf('from')
    for (const line of lines) {
      const name = line.slice(0, indent).trim()
      lanes.set(name, (lanes.get(name) ?? '') + line.slice(indent))
    }
  }
  return lanes
}

/** When each symbol of a marble string comes, as RxJS reads it. */
function read(marbles: string): { frame: number; symbol: unknown }[] {
  return new TestScheduler(() => undefined).run(() =>
    TestScheduler.parseMarbles(marbles, undefined, undefined, undefined, true).map(
      ({ frame, notification }) => ({
        frame,
        symbol: notification.kind === 'N' ? (notification.value as unknown) : '',
      }),
    ),
  )
}

describe('toMarbles', () => {
  it('draws both sides of a call, aligned', () => {
    expect(toMarbles([aliceCalls, bobIsCalled], { width: 60 })).toBe(
      [
        '                 from 0 ms',
        'alice actions    - 29ms c----- 1994ms ------',
        'alice relay      o 29ms ------ 1994ms ------',
        'alice sent       - 29ms ----i- 1994ms ------',
        'alice received   - 29ms ------ 1994ms -----d',
        'alice media      - 29ms r---c- 1994ms -----s',
        'alice state      i 29ms c---C- 1994ms -----e',
        'bob actions      - 29ms ------ 1994ms d-----',
        'bob relay        o 29ms ------ 1994ms ------',
        'bob sent         - 29ms ------ 1994ms d-----',
        'bob received     - 29ms -----i 1994ms ------',
        'bob state        i 29ms -----r 1994ms e-----',
        '',
        'alice actions    c call bob',
        'alice relay      o online',
        'alice sent       i invite',
        'alice received   d decline',
        'alice media      r request · c captured · s stop',
        'alice state      i idle · c calling, capturing',
        '                 C calling, inviting · e ended, declined',
        'bob actions      d decline',
        'bob relay        o online',
        'bob sent         d decline',
        'bob received     i invite',
        'bob state        i idle · r ringing · e ended, declined',
      ].join('\n'),
    )
  })

  it('draws one side, from entries as well as from JSON Lines', () => {
    const { alice } = recordedCall()
    const diagram = toMarbles(alice)
    expect(toMarbles(toLines(alice))).toBe(diagram)
    expect(toMarbles([alice])).toBe(diagram)
    expect(toMarbles([toLines(alice)])).toBe(diagram)
    expect([...lanesIn(diagram).keys()]).toEqual([
      'alice actions',
      'alice relay',
      'alice sent',
      'alice received',
      'alice media',
      'alice peer',
      'alice commands',
      'alice state',
      'alice chat',
    ])
  })

  it.each([40, 60, 110, 400])('fits into %i characters, with the same content at any width', (width) => {
    const { alice, bob } = recordedCall()
    const diagram = toMarbles([alice, bob], { width })
    const drawn = diagram.split('\n\n').slice(0, -1).join('\n').split('\n')
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThanOrEqual(width)
    expect([...lanesIn(diagram)]).toEqual(
      marbleLanes([alice, bob]).map(({ name, marbles }) => [name, marbles]),
    )
  })

  it('aligns traces by their start times, and distinguishes clients of the same name', () => {
    const late: Trace = [header(5_020), online('alice'), sendAt(3)]
    const early: Trace = [header(5_000), online('alice'), sendAt(0)]
    expect(toMarbles([late, early])).toBe(
      [
        '                  from 0 ms',
        'alice actions     - 19ms ---s',
        'alice relay       - 19ms o---',
        'alice/2 actions   s 19ms ----',
        'alice/2 relay     o 19ms ----',
        '',
        'alice actions     s send',
        'alice relay       o online',
        'alice/2 actions   s send',
        'alice/2 relay     o online',
      ].join('\n'),
    )
  })

  it('has one symbol for each lane and millisecond', () => {
    const trace = [header(), online('bob'), candidateAt(1), candidateAt(1.2), candidateAt(2), sendAt(2)]
    expect(toMarbles(trace)).toBe(
      [
        '              from 0 ms',
        'bob actions   --s',
        'bob relay     o--',
        'bob peer      -cC',
        '',
        'bob actions   s send',
        'bob relay     o online',
        'bob peer      c candidate ×2 · C candidate',
      ].join('\n'),
    )
  })

  it('distinguishes signals of later peer connections, acknowledgements and resumes from the rest', () => {
    const send = (at: number, sent: object) => ({
      at,
      type: 'message-sent',
      message: { ...message, ...sent },
    })
    const receive = (at: number, received: unknown) => ({
      at,
      type: 'signaling-event',
      event: { type: 'message', message: received },
    })
    const trace = [
      header(),
      online('bob'),
      send(1, { type: 'offer', seq: 1, epoch: 0, body: { sdp: 'v=0' } }),
      receive(2, { type: 'ack', body: { seq: 1 } }),
      send(3, { type: 'offer', seq: 2, epoch: 1, body: { sdp: 'v=0' } }),
      receive(4, { type: 'answer', seq: 1, epoch: 1, body: { sdp: 'v=0' } }),
      send(4, { type: 'ack', body: { seq: 1 } }),
      send(5, { type: 'resume', body: { lastSeq: 1 } }),
      receive(5, { type: 'offer', epoch: 'one' }),
      receive(6, { type: 'NO TYPE' }),
      receive(7, null),
    ]
    expect(toMarbles(trace)).toBe(
      [
        '               from 0 ms',
        'bob relay      o-------',
        'bob sent       -o-Oar--',
        'bob received   --a-Aouu',
        '',
        'bob relay      o online',
        'bob sent       o offer · O offer (epoch 1) · a ack · r resume',
        'bob received   a ack · A answer (epoch 1) · o offer · u unreadable',
      ].join('\n'),
    )
  })

  it('does not go back in time when a clock was set back', () => {
    const [lane] = marbleLanes([header(), sendAt(4), candidateAt(-7), sendAt(-6), sendAt(5)])
    expect(lane).toMatchObject({ marbles: '----sS', values: { s: 'send ×2', S: 'send' } })
  })

  it('refuses input that is not a trace', () => {
    expect(() => toMarbles('nonsense')).toThrow('not an rxcall trace')
    expect(() => toMarbles([header() as object, { type: 'x', at: 0 }])).toThrow('line 2')
  })
})

describe('marbleLanes', () => {
  it('has marbles that RxJS parses to the exact frames of the trace', () => {
    const { alice, bob } = recordedCall()
    for (const trace of [alice, bob]) {
      const lanes = marbleLanes(trace)
      const framesOf = (name: string) => read(lanes.find((lane) => lane.name.endsWith(name))?.marbles ?? '')
      const times = (entries: readonly TraceEntry[]) => [...new Set(entries.map(({ at }) => at))]
      expect(framesOf(' sent').map(({ frame }) => frame)).toEqual(
        times(trace.filter(({ type }) => type === 'message-sent')),
      )
      expect(framesOf(' peer').map(({ frame }) => frame)).toEqual(
        times(trace.filter(({ type }) => type === 'peer-event' || type === 'peer-ended')),
      )
      for (const { marbles, values } of lanes)
        expect(new Set(read(marbles).map(({ symbol }) => symbol))).toEqual(new Set(Object.keys(values)))
    }
  })

  it('has enough symbols for anything, each a single character', () => {
    const many: TraceEntry[] = Array.from({ length: 400 }, (_, n) => ({
      at: n * (n % 7),
      type: 'action',
      action: { type: 'call', user: `user ${n}` },
    }))
    const trace = [header(), ...many.sort((a, b) => a.at - b.at)]
    const [lane] = marbleLanes(trace)
    const frames = read(lane?.marbles ?? '')
    expect(frames.map(({ frame }) => frame)).toEqual([...new Set(many.map(({ at }) => at))])
    expect(new Set(frames.map(({ symbol }) => symbol)).size).toBe(frames.length)
  })

  it('lists the meaning of each symbol', () => {
    const lanes = marbleLanes(recordedCall().alice)
    expect(lanes.find(({ name }) => name === 'alice actions')).toEqual({
      name: 'alice actions',
      marbles: lanes[0]?.marbles,
      values: { c: 'call bob', s: 'send', m: 'mute audio', C: 'close' },
    })
  })
})

it('draws every kind of entry', () => {
  const kinds = new Set(recordedCall().alice.map(({ type }) => type))
  const shown = marbleLanes(parseTrace(recordedCall().alice)).flatMap(({ values }) => Object.values(values))
  expect(kinds.size).toBeGreaterThan(15)
  expect(shown.join()).not.toContain('undefined')
})
