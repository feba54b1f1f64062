import type { Scenario, SimulatedUser, TimelineEntry } from './scenario.ts'

/**
 * Finds a small part of a scenario that still fails, by leaving out everything that can be left out. Deterministic.
 *
 * @param fails Whether a part fails in the same way. The whole scenario does.
 *
 * @example
 * const { invariant } = failure.violation
 * const small = shrink(failure.scenario, (part) => runScenario(part).violation?.invariant === invariant)
 */
export function shrink(scenario: Scenario, fails: (part: Scenario) => boolean): Scenario {
  const steps = shrinkInSteps(scenario, fails)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * Like {@link shrink}, but pauses after each part that it has tried: yields the smallest one so far. Returns the
 * result. To give up, do not continue.
 *
 * @example
 * const steps = shrinkInSteps(scenario, fails)
 * let small = scenario
 * for (const smaller of steps) {
 *   small = smaller
 *   if (performance.now() > deadline) break
 * }
 */
export function* shrinkInSteps(
  scenario: Scenario,
  fails: (part: Scenario) => boolean,
): Generator<Scenario, Scenario> {
  let small = scenario
  let before: Scenario | undefined
  while (before !== small) {
    before = small
    for (const simplify of simplifications) {
      // Each candidate is made from the smallest scenario so far, and a candidate that fails takes its place.
      for (let index = 0; ; index++) {
        const part = simplify(small, index)
        if (part === undefined) break
        if (size(part) >= size(small)) continue
        if (fails(part)) small = part
        yield small
      }
    }
  }
  return small
}

const size = (scenario: Scenario): number => JSON.stringify(scenario).length

/** Returns the candidate with this index for a simpler scenario; undefined if there are no more. */
type Simplify = (scenario: Scenario, index: number) => Scenario | undefined

const simplifications: readonly Simplify[] = [
  ...[16, 4, 1].map(withoutEntries),
  withoutClient,
  withoutRelayFeatures,
  changing(({ features: _, ...user }) => user),
  changing(({ quality: _, ...user }) => user),
  changing(({ verdicts: _, ...user }) => user),
  changing(({ recordsAt: _, ...user }) => user),
  changing((user) => ({ ...user, clockMs: 0 })),
  changing((user) => ({ ...user, captures: [{ afterMs: 0 }] })),
  changing((user) => ({ ...user, answers: [{ afterMs: 0, does: 'accept' }] })),
  changing((user) => ({ ...user, answers: user.answers.slice(0, 1) })),
  changing((user) => ({ ...user, peer: 'native' })),
]

/** Leaves out `count` entries in a row, the last ones first. */
function withoutEntries(count: number): Simplify {
  return (scenario, index) => {
    const end = scenario.timeline.length - index * count
    if (end <= 0) return undefined
    const timeline = scenario.timeline.filter((_, place) => place < end - count || place >= end)
    return { ...scenario, timeline }
  }
}

/** Leaves out a client, and whatever it does or suffers. The clients after it get other indexes. */
function withoutClient(scenario: Scenario, index: number): Scenario | undefined {
  if (index >= scenario.clients.length) return undefined
  const timeline = scenario.timeline.flatMap((entry): TimelineEntry[] => {
    if (!('client' in entry) || entry.client < index) return [entry]
    return entry.client === index ? [] : [{ ...entry, client: entry.client - 1 }]
  })
  return { ...scenario, timeline, clients: scenario.clients.filter((_, place) => place !== index) }
}

function withoutRelayFeatures(
  { relayFeatures: _, ...scenario }: Scenario,
  index: number,
): Scenario | undefined {
  return index === 0 ? scenario : undefined
}

function changing(change: (user: SimulatedUser) => SimulatedUser): Simplify {
  return (scenario, index) => {
    if (index >= scenario.clients.length) return undefined
    const clients = scenario.clients.map((user, place) => (place === index ? change(user) : user))
    return { ...scenario, clients }
  }
}
