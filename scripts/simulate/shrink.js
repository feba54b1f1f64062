import fc from 'fast-check'

/**
 * @typedef {import('../../src/testing/index.ts').Scenario} Scenario
 * @typedef {{ readonly change: (scenario: Scenario) => Scenario }} Simplification
 */

/**
 * Finds the smallest part of a scenario that still fails, by leaving out everything that can be left out.
 *
 * @param {Scenario} scenario
 * @param {(scenario: Scenario) => boolean} fails
 * @returns {Scenario}
 */
export function shrink(scenario, fails) {
  const parts = simplifications(scenario)
  /** @type {(kept: readonly boolean[]) => Scenario} */
  const build = (kept) =>
    parts.reduce((built, part, index) => (kept[index] ? built : part.change(built)), scenario)
  // One flag for each part. It shrinks from "kept" to "left out".
  const flags = fc.tuple(...parts.map(() => fc.boolean()))
  const whole = /** @type {boolean[]} */ (parts.map(() => true))
  const { counterexample } = fc.check(
    fc.property(flags, (kept) => !fails(build(kept))),
    { numRuns: 1, examples: [[whole]] },
  )
  return build(counterexample?.[0] ?? whole)
}

/**
 * The parts that can be removed from a scenario, one at a time.
 *
 * @param {Scenario} scenario
 * @returns {Simplification[]}
 */
function simplifications({ timeline, clients }) {
  return [
    ...timeline.map((entry) => ({
      /** @type {Simplification['change']} */
      change: (scenario) => ({
        ...scenario,
        timeline: scenario.timeline.filter((other) => other !== entry),
      }),
    })),
    ...clients.flatMap((_, index) => [
      changeClient(index, (client) => ({ ...client, clockMs: 0 })),
      changeClient(index, (client) => ({ ...client, captures: [{ afterMs: 0, refusal: undefined }] })),
      changeClient(index, (client) => ({ ...client, answers: [{ afterMs: 0, does: 'accept' }] })),
      changeClient(index, (client) => ({ ...client, peer: 'simple-peer' })),
    ]),
  ]
}

/** @type {(index: number, change: (client: Scenario['clients'][number]) => Scenario['clients'][number]) => Simplification} */
const changeClient = (index, change) => ({
  change: (scenario) => ({
    ...scenario,
    clients: scenario.clients.map((client, at) => (at === index ? change(client) : client)),
  }),
})
