import { finalize, NEVER, Observable, Subject, VirtualTimeScheduler, type SchedulerLike } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  CallError,
  type CallAction,
  type CallersPort,
  type CallPorts,
  type SignalingEvent,
} from '../../../src/core/index.ts'
import { recorder, type TraceEntry } from '../../../src/core/trace/index.ts'
import {
  fakeMedia,
  formatDivergence,
  play,
  replay,
  virtualId,
  type Play,
  type Role,
} from '../../../src/testing/index.ts'

const call: CallAction = { type: 'call', user: 'bob' }
const accept: CallAction = { type: 'accept' }
const decline: CallAction = { type: 'decline' }
const hangUp: CallAction = { type: 'hang-up' }
const close: CallAction = { type: 'close' }

/** alice calls bob twice; bob's recording begins when `role` says. */
const twoCalls = (role: Partial<Role>, does: Role['does'] = { 1_000: accept, 11_000: accept }): Play =>
  play({
    alice: { does: { 500: call, 5_000: hangUp, 10_500: call, 15_000: hangUp, 40_000: close } },
    bob: { does: { ...does, 40_000: close }, ...role },
  })
const replays = (trace: readonly TraceEntry[] | undefined) => {
  const { divergence, entries } = replay(trace ?? [])
  expect(divergence, formatDivergence(divergence)).toBeUndefined()
  expect(entries).toEqual(trace)
}
const secondOf = ({ traces }: Play) => {
  const second = traces.bob?.[1]
  if (second?.type !== 'checkpoint') throw new Error(`expected a checkpoint, not ${second?.type}`)
  return second
}

describe('a recorder', () => {
  it('records from the beginning, without a checkpoint, if it is started first', () => {
    const played = twoCalls({})
    expect(played.traces.bob?.slice(0, 2).map(({ type }) => type)).toEqual(['trace', 'signaling-opened'])
    replays(played.traces.bob)
  })

  it('begins with a checkpoint between two calls, and changes nothing in them', () => {
    const played = twoCalls({ recordsAt: 8_000 })
    expect(played.phases.bob).toEqual(twoCalls({}).phases.bob)
    const { state, callers } = secondOf(played)
    expect(played.traces.bob?.[0]).toMatchObject({ type: 'trace', startedAt: 8_000 })
    expect(state).toMatchObject({ call: { phase: 'ended', reason: 'hung-up' }, roster: ['alice'] })
    expect(state.endedCalls).toHaveLength(1)
    expect(callers.spokenTo).toEqual(['alice'])
    replays(played.traces.bob)
  })

  it('waits for the end of a call, and until what was sent in it has arrived', () => {
    const played = twoCalls({ recordsAt: 3_000 })
    const [header] = played.traces.bob ?? []
    const endedAt = 5_000
    expect(header).toMatchObject({ type: 'trace' })
    expect(header?.type === 'trace' && header.startedAt).toBeGreaterThan(endedAt)
    expect(header?.type === 'trace' && header.startedAt).toBeLessThan(endedAt + 100)
    expect(played.phases.bob).toEqual(twoCalls({}).phases.bob)
    replays(played.traces.bob)
  })

  it('keeps the client online: the relay sees one connection', () => {
    const { steps } = twoCalls({ recordsAt: 8_000 })
    const rosters = (steps.alice ?? []).flatMap(({ event }) => (event.type === 'roster' ? [event.users] : []))
    expect(rosters.filter((users) => !users.includes('bob')).length).toBeLessThanOrEqual(2)
    const connections = (steps.bob ?? []).flatMap(({ event }) =>
      event.type === 'connection' ? [event.connection.status] : [],
    )
    expect(connections).toEqual(['connecting', 'online', 'online', 'closed'])
  })

  /** alice calls, gives up, and calls again. */
  const callsAgain = (bob: Partial<Role>, does: Role['does'] = {}): Play =>
    play({
      alice: { does: { 500: call, 3_000: hangUp, 4_500: call, 40_000: close } },
      bob: { does: { ...does, 40_000: close }, ...bob },
    })

  it('remembers who was declined', () => {
    const does = { 1_000: decline }
    const late = callsAgain({ recordsAt: 2_000 }, does)
    expect(late.phases).toEqual(callsAgain({}, does).phases)
    expect(secondOf(late).callers.pauses).toMatchObject([{ user: 'alice', declines: 1 }])
    replays(late.traces.bob)
  })

  it('remembers what the port of callers said', () => {
    const callers: CallersPort = () => ({ ring: 'ignore' })
    const late = callsAgain({ recordsAt: 4_000, callers })
    expect(late.phases).toEqual(callsAgain({ callers }).phases)
    expect(secondOf(late).verdicts).toMatchObject([{ ring: 'ignore' }])
    replays(late.traces.bob)
  })
})

describe('turning a recorder on and off', () => {
  /** A client that is recorded, with a relay of the test's own. */
  function world() {
    const scheduler = new VirtualTimeScheduler()
    // A real clock does not stand still while something is handled.
    let now = 0
    const ticking: SchedulerLike = {
      now: () => ++now,
      schedule: scheduler.schedule.bind(scheduler),
    }
    const env = { scheduler: ticking, id: () => virtualId(9) }
    const relay$ = new Subject<SignalingEvent>()
    const connections = { made: 0, open: 0 }
    const ports: CallPorts = {
      signaling: {
        connect: (outgoing$) => {
          const events$ = new Observable<SignalingEvent>((subscriber) => {
            connections.made++
            connections.open++
            subscriber.add(outgoing$.subscribe())
            return relay$.subscribe(subscriber)
          })
          return events$.pipe(finalize(() => connections.open--))
        },
      },
      peer: { open: () => NEVER },
      media: fakeMedia('alice', env),
    }
    const calls = recorder()
    const isRecording: boolean[] = []
    calls.recording$.subscribe((is) => isRecording.push(is))
    const action$ = new Subject<CallAction>()
    const run = (watch: () => void = () => undefined) => calls.pipeline(action$, ports, env).subscribe(watch)
    const online = () => relay$.next({ type: 'online', self: { user: 'alice', party: virtualId(1) } })
    const start = () => {
      const trace: TraceEntry[] = []
      calls.start((entry) => trace.push(entry))
      return trace
    }
    return { scheduler, relay$, connections, calls, isRecording, action$, run, online, start }
  }
  const typesOf = (trace: readonly TraceEntry[]) => trace.map(({ type }) => type)

  it('writes nothing more once it is stopped', () => {
    const { run, start, online, relay$, calls, isRecording } = world()
    run()
    online()
    const trace = start()
    calls.stop()
    const before = [...trace]
    relay$.next({ type: 'roster', users: ['bob'] })
    expect(trace).toEqual(before)
    expect(isRecording).toEqual([false, true, false])
  })

  it('ends one recording where another begins', () => {
    const { run, start, online } = world()
    run()
    online()
    const [first, second] = [start(), start()]
    expect(typesOf(first)).toContain('unsubscribed')
    expect(typesOf(second).slice(0, 2)).toEqual(['trace', 'checkpoint'])
    expect(replay(second).divergence).toBeUndefined()
    expect(replay(first).divergence).toBeUndefined()
  })

  it('connects to the relay once, and releases that connection with the client', () => {
    const { run, start, online, connections, isRecording } = world()
    const running = run()
    online()
    start()
    start()
    expect(connections).toEqual({ made: 1, open: 1 })
    running.unsubscribe()
    expect(connections).toEqual({ made: 1, open: 0 })
    expect(isRecording.at(-1)).toBe(false)
  })

  it('waits until what happens now has been handled', () => {
    const { run, start, online, scheduler, relay$ } = world()
    let trace: TraceEntry[] | undefined
    run(() => (trace ??= start()))
    online()
    expect(trace).toEqual([])
    scheduler.flush()
    relay$.next({ type: 'roster', users: ['bob'] })
    expect(typesOf(trace ?? [])).toContain('checkpoint')
    expect(typesOf(trace ?? []).at(-1)).toBe('state')
  })

  it('does not connect again to a relay that refused the client', () => {
    const { run, start, relay$, connections } = world()
    run()
    relay$.error(new CallError('name-taken', 'bob is taken'))
    expect(start()).toEqual([])
    expect(connections).toEqual({ made: 1, open: 0 })
  })
})
