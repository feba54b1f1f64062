import { describe, expect, it } from 'vitest'
import { makeScene, pickScene, sizeOf, type Scene } from '../../../src/testing/simulator/generate-scene.ts'
import { seededRandom } from '../../../src/testing/simulator/random.ts'
import { runScenario } from '../../../src/testing/simulator/run-scenario.ts'
import {
  faultKinds,
  qualityFaults,
  type FaultKind,
  type SimulatedUser,
} from '../../../src/testing/simulator/scenario.ts'

const all = new Set(faultKinds)
const phases = ['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended'] as const
const seeds = [1, 2, 3, 4, 5, 6]

/** What a scene comes to in the world of a seed in which these faults may occur. */
function cellsIn(seed: number, scene: Scene, faults: ReadonlySet<FaultKind>): readonly string[] {
  const users = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'].map((user): SimulatedUser => ({
    user,
    clockMs: 0,
    answers: [{ afterMs: 0, does: 'accept' }],
    captures: [{ afterMs: 0, refusal: undefined }],
    peer: 'native',
  }))
  const made = makeScene(seededRandom(seed), scene, users.slice(0, sizeOf(scene)), faults)
  const timeline = [...made.timeline].sort((a, b) => a.at - b.at)
  return [...runScenario({ seed, clients: made.clients, timeline, settles: true }).cells]
}

/** Fails unless a scene comes to `cell` in one of the worlds. Those after the first that does are not run. */
function expectToReach(cell: string, scene: Scene, faults: ReadonlySet<FaultKind>): void {
  const reached: string[] = []
  for (const seed of seeds) {
    reached.push(...cellsIn(seed, scene, faults))
    if (reached.includes(cell)) return
  }
  expect(reached).toContain(cell)
}

describe('a scene', () => {
  it.each(phases.flatMap((one) => phases.map((other) => [one, other] as const)))(
    'comes to a client that is %s and one that is %s, whatever other faults there are',
    (one, other) => {
      // Nobody reconnects where nothing goes wrong.
      const needed: readonly FaultKind[] = [one, other].includes('reconnecting') ? ['disconnect'] : []
      const faults = new Set<FaultKind>(['malformed', ...needed])
      expectToReach(`malformed ${one}×${other}`, { phases: [one, other], fault: 'malformed' }, faults)
    },
  )

  it.each(['crash', 'disconnect', 'one-way-partition'] as const)(
    'comes to a client that is reconnecting by %s alone',
    (fault) => {
      const scene: Scene = { phases: ['reconnecting', 'idle'], fault: 'malformed' }
      expectToReach('malformed reconnecting×idle', scene, new Set(['malformed', fault]))
    },
  )

  it('strikes a peer connection that has just closed when no fault can make it reconnect', () => {
    const scene: Scene = { phases: ['reconnecting', 'idle'], fault: 'malformed' }
    expectToReach('malformed connected×idle', scene, new Set(['malformed']))
  })

  it.each(faultKinds)('makes %s strike in the middle of the scene', (fault) => {
    expectToReach(`${fault} connecting×reconnecting`, { phases: ['connecting', 'reconnecting'], fault }, all)
  })

  it('covers every possible fault, and rare ones most often', () => {
    const random = seededRandom(5)
    const scenes = Array.from({ length: 2_000 }, () => pickScene(random, all))
    const pairs = scenes.map((scene) => scene?.phases.join('×'))
    const apart = new Set<FaultKind>(qualityFaults)
    const drawn = new Set(faultKinds.filter((kind) => !apart.has(kind)))
    expect(new Set(scenes.map((scene) => scene?.fault))).toEqual(drawn)
    expect(pairs).toContain('ringing×ringing')
    expect(pairs.filter((pair) => pair?.includes('reconnecting')).length).toBeGreaterThan(800)
    expect(pickScene(random, new Set())).toBeUndefined()
  })
})
