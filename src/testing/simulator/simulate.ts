import type { Stages } from '../../core/index.ts'
import type { Overrides } from '../../core/overrides.ts'
import { generate } from './generate.ts'
import type { Violation } from './monitor.ts'
import { hashOf } from './random.ts'
import { runScenario } from './run-scenario.ts'
import { faultKinds, type FaultKind, type Scenario } from './scenario.ts'

export interface SimulateOptions {
  /** How many calls to begin, at least. */
  readonly calls: number
  readonly seed: number
  /** Default: 2. */
  readonly clients?: number | undefined
  /** Default: all of them. */
  readonly faults?: readonly FaultKind[] | undefined
  /** Stop after this many failures, because a broken core fails in every other world. Default: 5. */
  readonly maxFailures?: number | undefined
  /** Stages that replace the built-in ones in every client. Put a bug into one to see whether the rules catch it. */
  readonly stages?: Overrides<Stages> | undefined
  /** Called after each world with the number of calls begun so far. */
  readonly progress?: ((calls: number) => void) | undefined
}

/** A world in which an invariant was broken. */
export interface Failure {
  readonly scenario: Scenario
  readonly violation: Violation
}

export interface SimulationResult {
  readonly calls: number
  readonly worlds: number
  readonly failures: readonly Failure[]
  /** The hash of all traces, as 8 hexadecimal digits. The same options give the same hash. */
  readonly hash: string
  /** How often each fault met each pair of phases: `loss calling×ringing`. */
  readonly cells: ReadonlyMap<string, number>
}

/** What one more world of a simulation gave. */
export interface SimulatedWorldResult {
  /** How many calls began and how many worlds ran so far, this one included. */
  readonly calls: number
  readonly worlds: number
  /** Which faults met which pairs of phases in this world: `loss calling×ringing`. */
  readonly cells: ReadonlySet<string>
  /** The world itself, if an invariant was broken in it. */
  readonly failure: Failure | undefined
}

/**
 * Runs random worlds until enough calls have begun, or enough worlds have failed. The same options give the same
 * result.
 *
 * @example
 * const { failures } = simulate({ calls: 1_000, seed: 7, faults: ['loss', 'duplication'] })
 * expect(failures).toEqual([])
 */
export function simulate(options: SimulateOptions): SimulationResult {
  const steps = simulateInSteps(options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * Like {@link simulate}, but pauses after each world, so that a page can show it and stay responsive. Yields what the
 * world gave, and returns the result of all of them. To stop early, do not continue.
 *
 * @example
 * for (const { worlds, failure } of simulateInSteps({ calls: 1_000, seed: 7 })) {
 *   if (failure) show(failure)
 *   if (worlds % 10 === 0) await nextTask()
 * }
 */
export function* simulateInSteps({
  calls,
  seed,
  clients = 2,
  faults = faultKinds,
  maxFailures = 5,
  stages = {},
  progress,
}: SimulateOptions): Generator<SimulatedWorldResult, SimulationResult> {
  const allowed = new Set(faults)
  const cells = new Map<string, number>()
  const failures: Failure[] = []
  let hash = hashOf(`${seed}`)
  let begun = 0
  let worlds = 0
  while (begun < calls && failures.length < maxFailures) {
    const scenario = generate(hashOf(`${seed} ${worlds}`), { clients, faults: allowed })
    const outcome = runScenario(scenario, { stages })
    worlds++
    begun += outcome.calls
    hash = hashOf(outcome.hash.toString(16), hash)
    for (const cell of outcome.cells) cells.set(cell, (cells.get(cell) ?? 0) + 1)
    const failure = outcome.violation && { scenario, violation: outcome.violation }
    if (failure) failures.push(failure)
    progress?.(begun)
    yield { calls: begun, worlds, cells: outcome.cells, failure }
  }
  return { calls: begun, worlds, failures, hash: hash.toString(16).padStart(8, '0'), cells }
}
