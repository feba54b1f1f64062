import {
  runScenario,
  shrinkInSteps,
  simulateInSteps,
  type Failure,
  type Scenario,
  type Violation,
} from 'rxcall/testing'
import type { LabBug } from '../bugs/index.ts'

/** What to look for. */
export interface SearchOptions {
  /** How many calls to make. */
  readonly calls: number
  readonly seed: number
  readonly bug: LabBug | undefined
}

/** What a search reports, as plain data. */
export type SearchReport =
  /** The number of calls made, and the cells met for the first time, such as `loss calling×ringing`. */
  | { readonly type: 'progress'; readonly calls: number; readonly cells: readonly string[] }
  | { readonly type: 'found'; readonly calls: number; readonly violation: Violation }
  /** The number of entries left of the world that failed. */
  | { readonly type: 'shrinking'; readonly entries: number }
  | { readonly type: 'shrunk'; readonly scenario: Scenario; readonly violation: Violation }
  | { readonly type: 'done' }

/** How many worlds pass between two reports. Few, so that the page shows progress. */
const WORLDS = 10

/**
 * Runs random worlds until enough calls were made or an invariant is broken. Then finds the smallest world that still
 * breaks it. The same options give the same reports.
 */
export function search({ calls, seed, bug }: SearchOptions, report: (report: SearchReport) => void): void {
  const stages = bug?.stages
  const met = new Set<string>()
  let added: string[] = []
  let made = 0
  const progress = () => {
    report({ type: 'progress', calls: made, cells: added })
    added = []
  }
  for (const world of simulateInSteps({ calls, seed, maxFailures: 1, stages })) {
    made = world.calls
    added.push(...[...world.cells].filter((cell) => !met.has(cell)))
    for (const cell of world.cells) met.add(cell)
    if (world.failure) {
      progress()
      report({ type: 'found', calls: made, violation: world.failure.violation })
      return reduce(world.failure, stages, report)
    }
    if (world.worlds % WORLDS === 0) progress()
  }
  progress()
  report({ type: 'done' })
}

function reduce(
  { scenario, violation }: Failure,
  stages: LabBug['stages'] | undefined,
  report: (report: SearchReport) => void,
): void {
  let last = violation
  const fails = (part: Scenario): boolean => {
    const found = runScenario(part, { stages }).violation
    if (found?.invariant !== violation.invariant) return false
    last = found
    return true
  }
  const steps = shrinkInSteps(scenario, fails)
  let entries = scenario.timeline.length
  for (;;) {
    const step = steps.next()
    if (step.done) {
      const shrunk: SearchReport = { type: 'shrunk', scenario: step.value, violation: last }
      // Plain data, which a worker can post and an address can hold.
      return report(JSON.parse(JSON.stringify(shrunk)) as SearchReport)
    }
    const left = step.value.timeline.length
    if (left < entries) report({ type: 'shrinking', entries: left })
    entries = left
  }
}
