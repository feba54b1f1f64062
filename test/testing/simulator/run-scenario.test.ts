import { map, merge, NEVER, Observable, of, repeat, throwError, timer, type SchedulerLike } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { CallAction, callPipeline, CallStep } from '../../../src/core/index.ts'
import { initialState } from '../../../src/core/stages/index.ts'
import { generate } from '../../../src/testing/simulator/generate.ts'
import { runScenario } from '../../../src/testing/simulator/run-scenario.ts'
import {
  faultKinds,
  type Fault,
  type TimelineEntry,
  type Scenario,
  type SimulatedUser,
} from '../../../src/testing/simulator/scenario.ts'

const user = (name: string, more: Partial<SimulatedUser> = {}): SimulatedUser => ({
  user: name,
  clockMs: 0,
  answers: [{ afterMs: 10, does: 'accept' }],
  captures: [{ afterMs: 0, refusal: undefined }],
  peer: 'simple-peer',
  ...more,
})
const act = (at: number, client: number, action: CallAction): TimelineEntry => ({ at, client, action })
const call = act(100, 0, { type: 'call', user: 'bob' })
const hangUp = act(1_000, 0, { type: 'hang-up' })
const fault = (at: number, what: Fault): TimelineEntry => ({ at, ...what })
const world = (timeline: TimelineEntry[], clients = [user('alice'), user('bob')]): Scenario => ({
  seed: 1,
  clients,
  timeline: [...timeline].sort((a, b) => a.at - b.at),
  settles: true,
})

/** How the call went at each client, from its recording: phases, and the reason of the end. */
function story(scenario: Scenario): string[] {
  const { violation, traces } = runScenario(scenario, { recording: true })
  expect(violation).toBeUndefined()
  return [...traces].map(([name, trace]) => {
    const phases = trace.flatMap((entry) => {
      if (entry.type !== 'state' || !('call' in entry.state)) return []
      const { phase, reason } = entry.state.call as { phase: string; reason?: string }
      return [reason === undefined ? phase : `${phase} (${reason})`]
    })
    return `${name.split(' ')[0] ?? ''}: ${phases.filter((phase, n) => phase !== phases[n - 1]).join(' ')}`
  })
}

describe('a world in which nothing goes wrong', () => {
  it('connects and ends a call between two clients', () => {
    expect(story(world([call, hangUp]))).toEqual([
      'alice: idle calling connecting connected ended (hung-up)',
      'bob: idle ringing connecting connected ended (hung-up)',
    ])
  })

  it.each([
    ['simple-peer', 'native'],
    ['native', 'simple-peer'],
    ['native', 'native'],
  ] as const)('connects a client with %s to one with %s', (caller, callee) => {
    const users = [user('alice', { peer: caller }), user('bob', { peer: callee })]
    expect(story(world([call, hangUp], users))).toEqual([
      'alice: idle calling connecting connected ended (hung-up)',
      'bob: idle ringing connecting connected ended (hung-up)',
    ])
  })

  it.each([
    ['bare-simple-peer', 'native'],
    ['simple-peer', 'bare-simple-peer'],
    ['bare-simple-peer', 'bare-simple-peer'],
  ] as const)('ends a call that never connects, between a %s and a %s', (caller, callee) => {
    const users = [user('alice', { peer: caller }), user('bob', { peer: callee })]
    const [alice, bob] = story(world([call], users))
    expect(alice).toMatch(/^alice: idle calling connecting.* ended \(failed\)$/)
    expect(bob).toMatch(/^bob: idle ringing connecting.* ended \(failed\)$/)
  })

  it.each([
    ['decline', 'declined'],
    ['nothing', 'no-answer'],
  ] as const)('has users who %s', (does, reason) => {
    const bob = user('bob', { answers: [{ afterMs: 10, does }] })
    expect(story(world([call], [user('alice'), bob]))).toEqual([
      `alice: idle calling ended (${reason})`,
      `bob: idle ringing ended (${reason})`,
    ])
  })

  it('runs calls with cameras that are slow or refused', () => {
    const slow = user('alice', { captures: [{ afterMs: 3_000, refusal: undefined }] })
    expect(story(world([call, hangUp], [slow, user('bob')]))).toEqual([
      'alice: idle calling ended (cancelled)',
      'bob: idle',
    ])
    const none = user('bob', { captures: [{ afterMs: 0, refusal: 'no-device' }] })
    expect(story(world([call, hangUp], [user('alice'), none]))).toEqual([
      'alice: idle calling connecting connected ended (hung-up)',
      'bob: idle ringing connecting connected ended (hung-up)',
    ])
  })

  it('counts the calls that were started', () => {
    expect(runScenario(world([call, hangUp])).calls).toBe(1)
    expect(runScenario(world([])).calls).toBe(0)
  })
})

describe('what goes wrong shows', () => {
  const calm = story(world([call, hangUp]))

  it.each<[Fault, number, string[]]>([
    [
      { fault: 'loss', client: 1, ms: 500, rate: 1 },
      90,
      ['alice: idle calling ended (cancelled)', 'bob: idle'],
    ],
    [
      { fault: 'delay', client: 1, ms: 50, rate: 1 },
      90,
      ['alice: idle calling ended (cancelled)', 'bob: idle'],
    ],
    [
      { fault: 'one-way-partition', client: 0, ms: 500 },
      90,
      ['alice: idle calling ended (cancelled)', 'bob: idle'],
    ],
    [
      { fault: 'disconnect', client: 1, ms: 300 },
      90,
      ['alice: idle calling ended (unreachable)', 'bob: idle'],
    ],
    [
      { fault: 'crash', client: 1, ms: 1 },
      500,
      [
        'alice: idle calling connecting connected ended (hung-up)',
        'bob: idle ringing connecting connected',
        'bob: idle',
      ],
    ],
    [
      { fault: 'tab-close', client: 1, ms: 1 },
      115,
      ['alice: idle calling ended (unreachable)', 'bob: idle ringing ended (hung-up)', 'bob: idle'],
    ],
    [
      { fault: 'path-cut' },
      500,
      [
        'alice: idle calling connecting connected reconnecting connected ended (hung-up)',
        'bob: idle ringing connecting connected reconnecting connected ended (hung-up)',
      ],
    ],
    [
      { fault: 'peer-rejects', client: 1, times: 10, isTold: false },
      90,
      ['alice: idle calling connecting ended (failed)', 'bob: idle ringing connecting ended (failed)'],
    ],
  ])('changes the call by the fault: %o', (what, at, expected) => {
    expect(story(world([call, fault(at, what), hangUp]))).toEqual(expected)
  })

  it('recovers when a lost path comes back', () => {
    const late = act(20_000, 0, { type: 'hang-up' })
    expect(story(world([call, fault(500, { fault: 'path-outage', ms: 8_000 }), late]))).toEqual([
      'alice: idle calling connecting connected reconnecting connected ended (hung-up)',
      'bob: idle ringing connecting connected reconnecting connected ended (hung-up)',
    ])
  })

  it.each<Fault>([
    { fault: 'duplication', client: 1, ms: 500, rate: 1 },
    { fault: 'reordering', client: 1, ms: 500, rate: 1 },
    { fault: 'stall', client: 1, ms: 300 },
    { fault: 'freeze', client: 1, ms: 300 },
    { fault: 'relay-restart', ms: 1 },
    { fault: 'replay', client: 1, which: 0 },
    { fault: 'malformed', client: 1, which: 3 },
    { fault: 'forged', client: 1, which: 0 },
    { fault: 'lost-ack', client: 1, ms: 500, rate: 1 },
    { fault: 'flood', client: 1 },
    { fault: 'resume-storm', client: 1, ms: 500 },
  ])('$fault happens, and ends no call', (what) => {
    const at = what.fault === 'relay-restart' ? 500 : 112
    const scenario = world([call, fault(at, what), hangUp])
    expect(story(scenario).map((line) => line.split(' ').at(-1))).toEqual(
      calm.map((line) => line.split(' ').at(-1)),
    )
    expect(runScenario(scenario).hash).not.toBe(runScenario(world([call, hangUp])).hash)
  })

  it('ignores a repeated message of a call that ended', () => {
    const again = fault(2_000, { fault: 'stale', client: 1, which: 0 })
    const second = act(1_900, 0, { type: 'call', user: 'bob' })
    const timeline = [call, hangUp, second]
    expect(runScenario(world([...timeline, again])).hash).not.toBe(runScenario(world(timeline)).hash)
    expect(story(world([...timeline, again]))).toEqual(story(world(timeline)))
  })

  it.each([
    [57_000, 'ended (no-answer)'],
    [57_001, 'idle'],
  ])('gives an invite that is %i ms old the outcome %s', (ageMs, last) => {
    const silent = user('alice', { answers: [{ afterMs: 0, does: 'nothing' }] })
    const timeline = [fault(100, { fault: 'old-invite', client: 0, ageMs, offerFirst: true })]
    expect(story(world(timeline, [silent]))[0]?.endsWith(last)).toBe(true)
  })

  it('runs the same call on a client with a wrong clock', () => {
    const wrong = world(
      [call, hangUp],
      [user('alice', { clockMs: 86_400_000 }), user('bob', { clockMs: -86_400_000 })],
    )
    expect(story(wrong)).toEqual(calm)
  })
})

describe('what was reached', () => {
  it('counts a fault with the phases of the first two clients when it strikes', () => {
    const restart = fault(115, { fault: 'relay-restart', ms: 1 })
    expect([...runScenario(world([call, restart])).cells]).toEqual(['relay-restart calling×ringing'])
  })

  it('does not count a fault that has no target', () => {
    const nothing = fault(50, { fault: 'forged', client: 0, which: 0 })
    expect([...runScenario(world([nothing])).cells]).toEqual([])
  })

  it('counts lasting conditions with every phase', () => {
    const wrong = world([call, hangUp], [user('alice', { clockMs: 1 }), user('bob')])
    expect([...runScenario(wrong).cells]).toContain('clock connected×connected')
  })
})

describe('the same world', () => {
  // A recording defers inputs while one is handled. So the reaction of a peer to a command comes later.
  const faults = new Set(faultKinds.filter((fault) => fault !== 'peer-rejects' && fault !== 'peer-breaks'))
  const scenario = (seed: number) => generate(seed, { clients: 3, faults })

  it('runs identically each time, recorded or not, and from JSON', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { hash } = runScenario(scenario(seed))
      expect(runScenario(scenario(seed)).hash).toBe(hash)
      expect(runScenario(scenario(seed), { recording: true }).hash).toBe(hash)
      expect(runScenario(JSON.parse(JSON.stringify(scenario(seed))) as Scenario).hash).toBe(hash)
    }
  })

  it('differs from the world of another seed', () => {
    const hashes = Array.from({ length: 20 }, (_, seed) => runScenario(scenario(seed)).hash)
    expect(new Set(hashes).size).toBe(20)
  })
})

describe('a pipeline that is broken', () => {
  const run = (pipeline: typeof callPipeline) => runScenario(world([]), { pipeline }).violation
  const roster: CallStep = {
    event: { type: 'roster', users: [] },
    state: initialState,
    number: 1,
    cause: undefined,
  }

  it('is reported when it throws', () => {
    const thrown: Observable<never> = throwError(() => new Error('broken'))
    expect(run(() => thrown)).toMatchObject({ invariant: 'never-throws', message: 'Error: broken' })
  })

  it('is reported when it throws on unsubscribing', () => {
    const broken = () =>
      new Observable<never>(() => () => {
        throw new Error('broken')
      })
    const crash = fault(50, { fault: 'crash', client: 0, ms: 1_000 })
    expect(runScenario(world([crash]), { pipeline: broken }).violation).toMatchObject({
      invariant: 'never-throws',
      message: expect.stringContaining('broken') as string,
    })
  })

  const callId = 'c'.padStart(32, '0')
  const remote = { user: 'mallory', party: callId }
  const media = { audio: true, video: true }
  const ringing: CallStep = {
    event: { type: 'incoming', callId, remote, media, ringMs: 20_000 },
    state: { ...initialState, call: { phase: 'ringing', role: 'callee', callId, remote, media } },
    number: 1,
    cause: undefined,
  }

  it('is reported when it never comes to rest', () => {
    const ticks = (scheduler?: SchedulerLike) => timer(1, scheduler).pipe(repeat())
    const endless = run((_, __, env) => merge(of(0), ticks(env?.scheduler)).pipe(map(() => roster)))
    expect(endless).toMatchObject({ invariant: 'settles', message: 'never comes to rest' })
  })

  it('is reported when a call stays open forever', () => {
    const users = [user('alice', { answers: [{ afterMs: 0, does: 'nothing' }] })]
    const { violation } = runScenario(world([], users), { pipeline: () => merge(of(ringing), NEVER) })
    expect(violation).toMatchObject({ invariant: 'settles', message: 'stays ringing forever' })
  })

  it('is not reported when it works', () => {
    expect(run(() => of(roster))).toBeUndefined()
  })
})
