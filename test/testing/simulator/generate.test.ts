import { describe, expect, it } from 'vitest'
import { generate } from '../../../src/testing/simulator/generate.ts'
import {
  faultKinds,
  qualityFaults,
  type FaultKind,
  type Scenario,
} from '../../../src/testing/simulator/scenario.ts'
import { isHappyPath, traitsOf } from '../../../src/testing/simulator/scenario-traits.ts'

const all = new Set(faultKinds)
const seeds = Array.from({ length: 600 }, (_, seed) => seed)
const worlds = (faults: ReadonlySet<FaultKind> = all, clients = 2) =>
  seeds.map((seed) => generate(seed, { clients, faults }))
const kindsOf = (scenario: Scenario): FaultKind[] => [
  ...traitsOf(scenario),
  ...scenario.timeline.flatMap((entry) => ('fault' in entry ? [entry.fault] : [])),
]

describe('generate', () => {
  it('makes the same world for the same seed, and another for another seed', () => {
    expect(generate(5, { clients: 2, faults: all })).toEqual(generate(5, { clients: 2, faults: all }))
    expect(generate(5, { clients: 2, faults: all })).not.toEqual(generate(6, { clients: 2, faults: all }))
  })

  it('makes plain data that survives JSON', () => {
    for (const world of worlds()) expect(JSON.parse(JSON.stringify(world))).toEqual(world)
  })

  it('puts everything in order of time, and before the end', () => {
    for (const { timeline } of worlds()) {
      const times = timeline.map(({ at }) => at)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(times.every((at) => Number.isInteger(at) && at > 0)).toBe(true)
    }
  })

  it('makes as many clients as asked for, or a few more', () => {
    const sizes = (clients: number) => worlds(all, clients).map((world) => world.clients.length)
    expect(Math.min(...sizes(2))).toBe(2)
    expect(Math.max(...sizes(2))).toBe(6)
    expect(Math.min(...sizes(4))).toBe(4)
  })

  it('pairs peers of the same and of different adapters, and some bare ones', () => {
    const mixes = worlds().map(({ clients: [one, other] }) => `${one?.peer}, ${other?.peer}`)
    const countOf = (...mix: string[]) => mixes.filter((each) => each === mix.join(', ')).length
    for (const one of ['simple-peer', 'native'])
      for (const other of ['simple-peer', 'native']) expect(countOf(one, other)).toBeGreaterThan(90)
    const bare = mixes.filter((mix) => mix.includes('bare')).length
    expect(bare).toBeGreaterThan(10)
    expect(bare).toBeLessThan(100)
  })

  it('makes every kind of fault', () => {
    const made = new Set(worlds().flatMap(kindsOf))
    expect([...faultKinds].filter((kind) => !made.has(kind))).toEqual([])
  })

  it.each(faultKinds.filter((kind) => kind !== 'hang-up-during-restart' && kind !== 'call-after-crash'))(
    'makes no other fault: %s',
    (kind) => {
      // Users who call at random may also cause glare, give up early, and return from a crash.
      const byChance: readonly FaultKind[] = [
        'glare',
        'cancel-against-accept',
        'hang-up-during-restart',
        'call-after-crash',
      ]
      const made = new Set(worlds(new Set([kind])).flatMap(kindsOf))
      expect([...made].filter((other) => other !== kind && !byChance.includes(other))).toEqual([])
    },
  )

  it('makes worlds with endless faults, worlds that settle, and worlds without faults', () => {
    expect(worlds().some(({ settles }) => !settles)).toBe(true)
    expect(worlds().some(({ settles }) => settles)).toBe(true)
    const calm = worlds().filter(isHappyPath).length
    expect(calm).toBeGreaterThan(60)
    expect(calm).toBeLessThan(300)
    expect(worlds(new Set()).every(isHappyPath)).toBe(true)
  })

  it('ends every fault of a world that settles', () => {
    const lasting = worlds()
      .filter(({ settles }) => settles)
      .flatMap(({ timeline }) => timeline.map((entry) => ('ms' in entry ? entry.ms : 0)))
    expect(Math.max(...lasting)).toBeLessThan(60_000)
  })
})

describe('the quality of generated calls', () => {
  const worlds = Array.from({ length: 400 }, (_, seed) =>
    generate(seed, { clients: 2, faults: new Set(faultKinds) }),
  )
  const watched = worlds.filter(({ clients }) => clients.some(({ quality }) => quality !== undefined))

  it('is watched in a few worlds, by some clients that adapt', () => {
    expect(watched.length).toBeGreaterThan(8)
    expect(watched.length).toBeLessThan(40)
    const ways = new Set(watched.flatMap(({ clients }) => clients.map(({ quality }) => quality)))
    expect(ways).toEqual(new Set(['watches', 'adapts', undefined]))
  })

  it('is poor only in those worlds, and the rest of them stays the same without it', () => {
    const isPoor = (entry: object) => 'fault' in entry && qualityFaults.some((fault) => fault === entry.fault)
    const poor = worlds.filter(({ timeline }) => timeline.some(isPoor))
    expect(poor.length).toBeGreaterThan(4)
    for (const world of poor) {
      expect(watched).toContain(world)
      const others = new Set(faultKinds.filter((fault) => !qualityFaults.some((each) => each === fault)))
      const plain = generate(world.seed, { clients: 2, faults: others })
      expect(plain.timeline).toEqual(world.timeline.filter((entry) => !isPoor(entry)))
    }
  })
})
