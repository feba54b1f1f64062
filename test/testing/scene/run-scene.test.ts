import { describe, expect, it } from 'vitest'
import { EMPTY } from 'rxjs'
import { faultKinds, generate, runScenario, runScene, startScenes } from '../../../src/testing/index.ts'
import type { MessageChange, Scene } from '../../../src/testing/index.ts'

const [{ scene: call }] = startScenes
const changed = (...messages: MessageChange[]): Scene => ({ ...call, messages })
const arrivals = (scene: Scene, type: string) =>
  runScene(scene)
    .messages.filter((message) => message.type === type)
    .map(({ from, to, nth, sentAt, arrivesAt }) => ({ from, to, nth, sentAt, arrivesAt }))

describe('runScene', () => {
  it('has the hash of the scenario alone if no message is changed', () => {
    // A log separates inputs, even those that a peer emits during a command.
    const faults = new Set(faultKinds.filter((fault) => !fault.startsWith('peer-')))
    for (let seed = 0; seed < 20; seed++) {
      const { clients, ...rest } = generate(seed, { clients: 3, faults })
      // A client that begins a recording by itself starts again, with its memory.
      const scenario = { ...rest, clients: clients.map(({ recordsAt: _, ...user }) => user) }
      const { hash } = runScenario(scenario)
      expect(runScene({ title: `seed ${seed}`, scenario }).hash).toBe(hash.toString(16).padStart(8, '0'))
    }
  })

  it('gives the same result each time, also from JSON', () => {
    for (const { scene } of startScenes)
      expect(runScene(JSON.parse(JSON.stringify(scene)) as Scene).hash).toBe(runScene(scene).hash)
  })

  it('keeps what crossed the ports of each tab, and its events, with the texts', () => {
    const scene: Scene = {
      ...call,
      scenario: {
        ...call.scenario,
        timeline: [
          ...call.scenario.timeline,
          { at: 2_000, client: 0, action: { type: 'send', id: 't', text: 'hello' } },
        ],
      },
    }
    const [alice, bob] = runScene(scene).clients
    const types = (log = alice?.log) =>
      log?.items.map((item) => (item.type === 'crossing' ? item.entry.type : 'step'))
    expect(types()?.slice(0, 2)).toEqual(['trace', 'signaling-opened'])
    expect(types()).toContain('message-sent')
    const stages = bob?.log.items.map((item) => (item.type === 'step' ? item.stage : undefined))
    expect(stages).toContain('callee')
    expect(JSON.stringify(bob?.log)).toContain('hello')
    expect(bob?.states.at(-1)?.state.messages).toMatchObject([{ text: 'hello', from: 'remote' }])
  })

  it('keeps the log of a client that the scenario records', () => {
    const clients = call.scenario.clients.map((user) => ({ ...user, recordsAt: 0 }))
    const logs = (scene: Scene) => runScene(scene).clients.map(({ log }) => log)
    expect(logs({ ...call, scenario: { ...call.scenario, clients } })).toEqual(logs(call))
  })

  it('says on which clock a log is', () => {
    const clients = call.scenario.clients.map((user, index) => ({ ...user, clockMs: index * 500 }))
    const [alice, bob] = runScene({ ...call, scenario: { ...call.scenario, clients } }).clients
    expect([alice?.startedAt, alice?.log.startedAt]).toEqual([0, 0])
    expect([bob?.startedAt, bob?.log.startedAt]).toEqual([0, 500])
  })

  it('runs with other stages, and tells which invariant they break', () => {
    const { violation } = runScene(call, { stages: { teardown: () => EMPTY } })
    expect(violation).toMatchObject({ invariant: 'follows-protocol', client: 'alice' })
  })

  it('lasts until the last thing happened', () => {
    expect(runScene(call).duration).toBe(4_120)
  })
})

describe('a changed message', () => {
  it('is lost, and sent again', () => {
    expect(arrivals(changed({ from: 0, to: 1, type: 'invite', nth: 1, does: 'lose' }), 'invite')).toEqual([
      { from: 0, to: 1, nth: 1, sentAt: 100, arrivesAt: [] },
      { from: 0, to: 1, nth: 2, sentAt: 1_100, arrivesAt: [1_110] },
    ])
  })

  it('arrives twice, the copy late', () => {
    const twice = changed({ from: 0, to: 1, type: 'invite', nth: 1, does: 'double', ms: 40 })
    expect(arrivals(twice, 'invite')).toEqual([
      { from: 0, to: 1, nth: 1, sentAt: 100, arrivesAt: [110, 150] },
    ])
  })

  it('arrives late, by 100 ms unless the scene says otherwise', () => {
    const late = (ms?: number) =>
      arrivals(changed({ from: 0, to: 1, type: 'invite', nth: 1, does: 'delay', ms }), 'invite')[0]
    expect(late(300)?.arrivesAt).toEqual([410])
    expect(late()?.arrivesAt).toEqual([210])
  })

  it('is the one with its number, from its sender to its addressee', () => {
    const other = changed(
      { from: 1, to: 0, type: 'invite', nth: 1, does: 'lose' },
      { from: 0, to: 1, type: 'invite', nth: 2, does: 'lose' },
      { from: 0, to: 1, type: 'cancel', nth: 1, does: 'lose' },
    )
    expect(runScene(other)).toMatchObject({ hash: runScene(call).hash, violation: undefined })
  })

  it('is changed in addition to the faults of the scenario', () => {
    const loss = { at: 90, fault: 'loss', client: 1, ms: 20, rate: 1 } as const
    const scene: Scene = {
      ...changed({ from: 0, to: 1, type: 'invite', nth: 2, does: 'double', ms: 7 }),
      scenario: { ...call.scenario, timeline: [loss, ...call.scenario.timeline] },
    }
    expect(arrivals(scene, 'invite').map(({ arrivesAt }) => arrivesAt)).toEqual([[], [1_110, 1_117]])
  })

  it('is an invite to one of two devices', () => {
    const devices = startScenes.find(({ id }) => id === 'devices')?.scene ?? call
    const lost: Scene = {
      ...devices,
      messages: [{ from: 0, to: 1, type: 'invite', nth: 1, does: 'lose' }],
    }
    const { violation, clients } = runScene(lost)
    expect(violation).toBeUndefined()
    expect(clients.map(({ phases }) => phases.some(({ phase }) => phase === 'ringing'))).toEqual([
      false,
      false,
      true,
    ])
  })

  it('does not arrive at a client that loses its connection meanwhile', () => {
    const scene: Scene = {
      ...changed({ from: 0, to: 1, type: 'invite', nth: 1, does: 'delay', ms: 500 }),
      scenario: {
        ...call.scenario,
        timeline: [{ at: 300, fault: 'disconnect', client: 1, ms: 50 }, ...call.scenario.timeline],
      },
    }
    expect(arrivals(scene, 'invite')[0]?.arrivesAt).toEqual([])
  })

  it('counts a message that a client sends again when it is back from the time at which it was sent', () => {
    const scene: Scene = {
      ...call,
      scenario: {
        ...call.scenario,
        timeline: [{ at: 90, fault: 'disconnect', client: 0, ms: 200 }, ...call.scenario.timeline],
      },
    }
    expect(arrivals(scene, 'invite')[0]).toMatchObject({ sentAt: 100, arrivesAt: [305] })
  })
})
