import { describe, expect, it } from 'vitest'
import { makeScene, pickScene, sizeOf, type Scene } from '../../../src/testing/simulator/generate-scene.ts'
import { seededRandom } from '../../../src/testing/simulator/random.ts'
import { runScenario } from '../../../src/testing/simulator/run-scenario.ts'
import { faultKinds, type FaultKind, type SimulatedUser } from '../../../src/testing/simulator/scenario.ts'

const all = new Set(faultKinds)
const phases = ['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended'] as const
const seeds = [1, 2, 3, 4, 5, 6]

/** What a scene came to, in worlds of some seeds, where these faults may occur. */
function cellsOf(scene: Scene, faults: ReadonlySet<FaultKind>): Set<string> {
  const cells = seeds.flatMap((seed) => {
    const users = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'].map((user): SimulatedUser => ({
      user,
      clockMs: 0,
      answers: [{ afterMs: 0, does: 'accept' }],
      captures: [{ afterMs: 0, refusal: undefined }],
      peer: 'native',
    }))
    const made = makeScene(seededRandom(seed), scene, users.slice(0, sizeOf(scene)), faults)
    const happenings = [...made.happenings].sort((a, b) => a.at - b.at)
    return [...runScenario({ seed, clients: made.clients, happenings, settles: true }).cells]
  })
  return new Set(cells)
}

describe('a scene', () => {
  it.each(phases.flatMap((one) => phases.map((other) => [one, other] as const)))(
    'comes to a client that is %s and one that is %s, whatever other faults there are',
    (one, other) => {
      // Nobody reconnects where nothing goes wrong.
      const needed: readonly FaultKind[] = [one, other].includes('reconnecting') ? ['disconnect'] : []
      const cells = cellsOf({ phases: [one, other], fault: 'malformed' }, new Set(['malformed', ...needed]))
      expect(cells).toContain(`malformed ${one}×${other}`)
    },
  )

  it.each(['crash', 'disconnect', 'one-way-partition'] as const)(
    'comes to a client that is reconnecting by %s alone',
    (fault) => {
      const cells = cellsOf(
        { phases: ['reconnecting', 'idle'], fault: 'malformed' },
        new Set(['malformed', fault]),
      )
      expect(cells).toContain('malformed reconnecting×idle')
    },
  )

  it('comes to one whose peer connection has just closed where no fault can have it reconnect', () => {
    const cells = cellsOf({ phases: ['reconnecting', 'idle'], fault: 'malformed' }, new Set(['malformed']))
    expect(cells).toContain('malformed connected×idle')
  })

  it.each(faultKinds)('has %s strike in the middle of it', (fault) => {
    expect(cellsOf({ phases: ['connecting', 'reconnecting'], fault }, all)).toContain(
      `${fault} connecting×reconnecting`,
    )
  })

  it('is of any fault that may occur, and mostly of what is seldom met', () => {
    const random = seededRandom(5)
    const scenes = Array.from({ length: 2_000 }, () => pickScene(random, all))
    const pairs = scenes.map((scene) => scene?.phases.join('×'))
    expect(new Set(scenes.map((scene) => scene?.fault))).toEqual(all)
    expect(pairs).toContain('ringing×ringing')
    expect(pairs.filter((pair) => pair?.includes('reconnecting')).length).toBeGreaterThan(800)
    expect(pickScene(random, new Set())).toBeUndefined()
  })
})
