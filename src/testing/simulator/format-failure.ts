import type { Stages } from '../../core/index.ts'
import type { Overrides } from '../../core/overrides.ts'
import { toMarbles } from '../marble-diagram/to-marbles.ts'
import { sceneLink } from '../scene/scene-url.ts'
import { invariants } from './monitor.ts'
import { runScenario } from './run-scenario.ts'
import type { Failure } from './simulate.ts'
import { shrink } from './shrink.ts'

/**
 * Describes a failure of {@link simulate}: which invariant was broken and where, the smallest part of the world that
 * still breaks it, and its marbles. The last line is the address that opens that part in the lab.
 *
 * @param stages The stages with which it was simulated.
 *
 * @example
 * const { failures } = simulate({ calls: 1_000, seed: 7 })
 * expect(failures, failures.map((failure) => formatFailure(failure)).join('\n')).toEqual([])
 */
export function formatFailure({ scenario, violation }: Failure, stages: Overrides<Stages> = {}): string {
  const { invariant } = violation
  const small = shrink(scenario, (part) => runScenario(part, { stages }).violation?.invariant === invariant)
  const told = runScenario(small, { stages }).violation ?? violation
  const { violation: recorded, traces } = runScenario(small, { stages, recording: true })
  return [
    `BROKEN ${invariant}: ${invariants[invariant]}`,
    `${told.client}, ${told.at} ms: ${told.message}`,
    `The world has seed ${scenario.seed}. The smallest part of it that fails:`,
    JSON.stringify(small),
    // A recorder separates inputs, even those that a peer emits during a command.
    ...(recorded?.invariant === invariant
      ? []
      : ['It does not fail while it is being recorded, as shown below.']),
    '',
    toMarbles([...traces.values()]),
    '',
    sceneLink({ title: `Breaks ${invariant}`, scenario: small }),
  ].join('\n')
}
