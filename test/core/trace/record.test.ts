import { concat, NEVER, Observable, of, Subject, throwError, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  knownFeatures,
  CallError,
  createCallClient,
  defaultSettings,
  type CallAction,
  type CallPorts,
  type PeerEvent,
  type SignalingEvent,
} from '../../../src/core/index.ts'
import { record, type TraceEntry } from '../../../src/core/trace/index.ts'
import {
  fakeMedia,
  fakeStreamOf,
  fakeTrack,
  formatDivergence,
  replay,
  virtualId,
} from '../../../src/testing/index.ts'
import { mediaPort } from '../support/media.ts'

const alice = { user: 'alice', party: virtualId(1) }
const bob = { user: 'bob', party: virtualId(2) }
const callId = virtualId(9)
const stamp = { v: 1, callId, to: alice, from: bob, ageMs: 0 } as const
const invite = { ...stamp, type: 'invite', body: { media: { audio: true, video: true } }, ttlMs: 60_000 }

/** A recorded pipeline whose ports are driven by the test. */
function recorded(ports: Partial<CallPorts> = {}, write?: (entry: TraceEntry) => void) {
  const scheduler = new VirtualTimeScheduler()
  const env = { scheduler, id: () => callId }
  const trace: TraceEntry[] = []
  const action$ = new Subject<CallAction>()
  const signaling$ = new Subject<SignalingEvent>()
  const peer$ = new Subject<PeerEvent>()
  const all: CallPorts = {
    signaling: {
      connect: (outgoing$) =>
        new Observable((subscriber) => {
          subscriber.add(outgoing$.subscribe())
          return signaling$.subscribe(subscriber)
        }),
    },
    peer: {
      open: (_options, command$) =>
        new Observable((subscriber) => {
          subscriber.add(command$.subscribe())
          return peer$.subscribe(subscriber)
        }),
    },
    media: fakeMedia('alice', env),
    ...ports,
  }
  const step$ = record(write ?? ((entry) => trace.push(entry)))(action$, all, env)
  const receive = (message: unknown) => signaling$.next({ type: 'message', message })
  /** The inputs of a call: Bob calls, and Alice accepts. */
  const answer = () => {
    signaling$.next({ type: 'online', self: alice })
    receive(invite)
    action$.next({ type: 'accept' })
  }
  return { scheduler, trace, action$, signaling$, peer$, step$, receive, answer }
}

const entriesOf = <T extends TraceEntry['type']>(trace: readonly TraceEntry[], type: T) =>
  trace.filter((entry): entry is Extract<TraceEntry, { type: T }> => entry.type === type)

describe('record', () => {
  it('begins with a header that has the time and the settings', () => {
    const { trace, step$, scheduler } = recorded()
    scheduler.frame = 1_000
    step$.subscribe()
    expect(trace[0]).toEqual({
      at: 0,
      type: 'trace',
      version: 1,
      startedAt: 1_000,
      settings: defaultSettings,
      features: knownFeatures,
    })
  })

  it('notes what crosses the ports with its time, and streams and tracks by their ids', () => {
    const { trace, step$, scheduler, answer, peer$ } = recorded()
    step$.subscribe()
    scheduler.frame = 40
    answer()
    const stream = fakeStreamOf('remote', [fakeTrack('t1', 'audio')])
    const [track] = stream.getTracks()
    if (!track) throw new Error('no track')
    peer$.next({ type: 'track-added', track, stream })

    expect(entriesOf(trace, 'media-captured')).toEqual([
      expect.objectContaining({
        at: 40,
        capture: 1,
        stream: {
          stream: 'alice-1',
          tracks: [
            { track: 'alice-1-audio', kind: 'audio' },
            { track: 'alice-1-video', kind: 'video' },
          ],
        },
      }),
    ])
    expect(entriesOf(trace, 'peer-opened')).toEqual([
      {
        at: 40,
        type: 'peer-opened',
        peer: 1,
        options: { role: 'answerer', stream: null, sends: ['audio', 'video'] },
      },
    ])
    expect(entriesOf(trace, 'peer-event').map(({ event }) => event)).toEqual([
      {
        type: 'track-added',
        track: { track: 't1', kind: 'audio' },
        stream: { stream: 'remote', tracks: [{ track: 't1', kind: 'audio' }] },
      },
    ])
    expect(entriesOf(trace, 'message-sent').map(({ message }) => message.type)).toEqual(
      expect.arrayContaining(['ringing', 'accept']),
    )
    expect(entriesOf(trace, 'state').at(-1)?.state).toEqual({ remoteStream: { stream: 'remote' } })
  })

  it('contains nothing that JSON would lose, whatever a stranger sends', () => {
    const { trace, step$, receive, signaling$ } = recorded()
    step$.subscribe()
    signaling$.next({ type: 'online', self: alice })
    const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown
    const circular: { self?: unknown } = {}
    circular.self = circular
    const odd: unknown[] = [
      undefined,
      Number.NaN,
      10n,
      () => 0,
      Symbol('s'),
      new Uint8Array(4),
      deep,
      circular,
      { getTracks: 1, id: 2 },
      { stop: 1, kind: 2, id: 3 },
      { error: 'no-device', message: 'm', more: 1 },
      { stream: 's', tracks: [] },
      { ...invite, seq: undefined },
    ]
    for (const message of odd) receive(message)

    // The first and the tenth.
    expect(entriesOf(trace, 'error').map(({ error }) => error.error)).toEqual([
      'invalid-message',
      'invalid-message',
    ])
    const noted = entriesOf(trace, 'signaling-event').map(({ event }) => event)
    expect(noted.filter(({ type }) => type === 'message')).toHaveLength(odd.length)
    for (const message of [
      { getTracks: 1, id: 2 },
      { stop: 1, kind: 2, id: 3 },
    ])
      expect(noted).toContainEqual({ type: 'message', message })
    const lines = trace.map((entry) => JSON.stringify(entry))
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(600)
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(trace)
    expect(replay(lines.join('\n')).divergence).toBeUndefined()
  })

  it('survives values that throw when they are read', () => {
    const { trace, step$, receive } = recorded()
    step$.subscribe()
    const read = () => {
      throw new Error('read')
    }
    receive(Object.defineProperty({}, 'type', { enumerable: true, get: read }))
    expect(entriesOf(trace, 'signaling-event').map(({ event }) => event)).toEqual([
      { type: 'message', message: { opaque: 'unreadable' } },
    ])
    expect(entriesOf(trace, 'error')).toHaveLength(1)
  })

  it('passes on one input at a time, so that a synchronous reaction of a subscriber replays in its place', () => {
    const { trace, step$, action$, receive, signaling$ } = recorded()
    step$.subscribe(({ event, state }) => {
      if (event.type === 'incoming') action$.next({ type: 'accept' })
      if (state.call.phase === 'connecting') action$.next({ type: 'hang-up' })
    })
    signaling$.next({ type: 'online', self: alice })
    receive(invite)

    const { divergence } = replay(trace)
    expect(divergence).toBeUndefined()
    expect(entriesOf(trace, 'state').flatMap(({ state }) => state.call?.phase ?? [])).toEqual([
      'idle',
      'ringing',
      'connecting',
      'ended',
    ])
  })

  it('replays a stream whose tracks come and go', () => {
    const { trace, step$, answer, peer$ } = recorded()
    step$.subscribe()
    answer()
    const tracks = [fakeTrack('t1', 'audio')]
    const stream = fakeStreamOf('remote', tracks)
    const tell = (type: 'track-added' | 'track-removed', id: string) =>
      peer$.next({ type, track: fakeTrack(id, 'audio') as unknown as MediaStreamTrack, stream })
    tell('track-added', 't1')
    tracks.push(fakeTrack('t2', 'audio'))
    tell('track-added', 't2')
    tracks.shift()
    tell('track-removed', 't1')
    const { divergence } = replay(trace)
    expect(divergence, formatDivergence(divergence)).toBeUndefined()
  })

  it('passes a thrown value to the core unchanged, and notes it', () => {
    const boom = new Error('the camera is on fire')
    const media = mediaPort(() => throwError(() => boom))
    const { trace, step$, answer } = recorded({ media })
    const errors: unknown[] = []
    step$.subscribe(({ event }) => {
      if (event.type === 'error') errors.push(event.error)
    })
    answer()

    // Camera and microphone together, then each alone.
    const noted = expect.objectContaining({ error: { thrown: 'the camera is on fire' } }) as unknown
    expect(entriesOf(trace, 'media-ended')).toEqual([noted, noted, noted])
    const told = expect.objectContaining({ code: 'capture-failed', cause: boom }) as unknown
    expect(errors).toEqual([told, told])
    expect(replay(trace).divergence).toBeUndefined()
  })

  it('notes a port that throws where it is called', () => {
    const port = () => {
      throw new CallError('relay-refused', 'no way', { detail: { relayCode: 'x' } })
    }
    const { trace, step$ } = recorded({ signaling: { connect: port } })
    step$.subscribe()
    expect(entriesOf(trace, 'signaling-ended').map(({ error }) => error)).toEqual([
      { error: 'relay-refused', message: 'no way', detail: { relayCode: 'x' } },
    ])
    expect(replay(trace).divergence).toBeUndefined()
  })

  it('notes that it was unsubscribed, and what was released then', () => {
    const { trace, step$, answer } = recorded()
    const running = step$.subscribe()
    answer()
    const before = trace.length
    running.unsubscribe()
    expect(trace.slice(before).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['unsubscribed', 'peer-closed', 'media-released', 'signaling-closed']),
    )
    expect(trace[before]?.type).toBe('unsubscribed')
    expect(replay(trace).divergence).toBeUndefined()
  })

  it.each([
    ['moves on with every look', 1],
    ['is set back', -5],
  ])('replays on a clock that %s', (_, step) => {
    const { trace, step$, answer, scheduler, action$ } = recorded()
    let time = 1_000
    scheduler.now = () => (time += step)
    step$.subscribe()
    answer()
    action$.next({ type: 'send', id: 't', text: 'x' })
    action$.next({ type: 'close' })
    expect(trace[0]).toMatchObject({ at: 0, startedAt: 1_000 + step })
    expect(new Set(trace.map(({ at }) => at)).size).toBeGreaterThan(4)
    const { divergence } = replay(trace)
    expect(divergence, formatDivergence(divergence)).toBeUndefined()
  })

  it('stops when it cannot write, and the call continues', () => {
    let writes = 0
    const full = new Error('the disk is full')
    const { step$, answer, scheduler } = recorded({}, () => {
      if (++writes === 5) throw full
    })
    const phases: string[] = []
    step$.subscribe(({ state }) => phases.push(state.call.phase))
    answer()
    expect(phases.at(-1)).toBe('connecting')
    expect(writes).toBe(5)
    expect(() => scheduler.flush()).toThrow(full)
  })

  it('starts over with each subscription', () => {
    const { trace, step$ } = recorded()
    step$.subscribe().unsubscribe()
    const first = [...trace]
    trace.length = 0
    step$.subscribe().unsubscribe()
    expect(trace).toEqual(first)
  })
})

describe('createCallClient', () => {
  it('runs in the given pipeline', () => {
    const trace: TraceEntry[] = []
    const client = createCallClient({
      signaling: { connect: () => concat(of<SignalingEvent>({ type: 'online', self: alice }), NEVER) },
      peer: { open: () => NEVER },
      media: mediaPort(() => NEVER),
      env: { scheduler: new VirtualTimeScheduler(), id: () => callId },
      pipeline: record((entry) => trace.push(entry)),
    })
    client.call('bob')
    client.close()
    expect(trace.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['trace', 'action', 'state', 'ended']),
    )
    expect(replay(trace).divergence).toBeUndefined()
  })
})
