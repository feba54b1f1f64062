import {
  decodeScene,
  encodeScene,
  runScenario,
  runScene,
  shrink,
  simulateInSteps,
  type Failure,
} from 'rxcall/testing'
import { expect, it } from 'vitest'
import { labBugs, type LabBug } from '../../../src/ui/lab/bugs/index.ts'

/** Simulates worlds with a bug until one breaks the bug's invariant. */
function find({ stages, breaks }: LabBug, worlds: number): Failure | undefined {
  for (const world of simulateInSteps({ calls: Infinity, seed: 1, maxFailures: Infinity, stages })) {
    if (world.failure?.violation.invariant === breaks) return world.failure
    if (world.worlds >= worlds) return undefined
  }
  return undefined
}

it('has a dozen bugs, each with a unique id and title', () => {
  expect(labBugs).toHaveLength(12)
  expect(new Set(labBugs.map(({ id }) => id)).size).toBe(12)
  expect(new Set(labBugs.map(({ title }) => title)).size).toBe(12)
})

it.each(labBugs)(
  '$id is found within a hundred worlds, shrunk, and opened as a scene that shows it',
  (bug) => {
    const { stages, breaks } = bug
    const failure = find(bug, 100)
    expect(failure).toBeDefined()
    if (!failure) return

    const fails = (part: Failure['scenario']) => runScenario(part, { stages }).violation?.invariant === breaks
    const small = shrink(failure.scenario, fails)
    expect(small.timeline.length).toBeLessThan(8)

    const opened = decodeScene(encodeScene({ title: bug.title, scenario: small }))
    expect(opened).toMatchObject({ ok: true })
    if (!opened.ok) return
    expect(runScene(opened.scene, { stages }).violation?.invariant).toBe(breaks)
    expect(runScene(opened.scene).violation).toBeUndefined()
  },
)
