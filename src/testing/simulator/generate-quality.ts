import { chanceOf, hashOf, seededRandom, type Random } from './random.ts'
import {
  type qualityFaults,
  type Fault,
  type FaultKind,
  type Scenario,
  type SimulatedUser,
  type TimelineEntry,
} from './scenario.ts'

/** In how many worlds somebody watches the quality of calls. Few, because watching is much work. */
const SHARE = 0.05

// Derived from the seed alone, so that the rest of a scenario does not depend on it.

/** In some worlds, clients watch the quality of their calls, and media fare badly for a while. */
export function withQuality(scenario: Scenario, faults: ReadonlySet<FaultKind>): Scenario {
  const { seed, clients, timeline } = scenario
  if (chanceOf(seed, 'quality') >= SHARE) return scenario
  const random = seededRandom(hashOf(`${seed} quality`))
  const calls = timeline.filter((entry) => 'action' in entry && entry.action.type === 'call')
  const added = calls.flatMap(({ at }) => makePoor(random, at, clients.length, faults))
  return {
    ...scenario,
    clients: clients.map((user) => ({ ...user, ...watching(random, user) })),
    timeline: [...timeline, ...added].sort((one, other) => one.at - other.at),
  }
}

function watching(random: Random, { features = [] }: SimulatedUser): Partial<SimulatedUser> {
  const known = random.chance(0.9) ? [...features, { id: 'quality' }] : features
  const watches = random.pick(['watches', 'watches', 'adapts', 'adapts', undefined] as const)
  return { features: known, ...(watches && { quality: watches }) }
}

/** A random fault of this kind. */
export function makeQualityFault(
  fault: (typeof qualityFaults)[number],
  random: Random,
  clients: number,
): Fault {
  const client = random.int(0, clients - 1)
  const ms = random.int(1, random.pick([1_000, 5_000, 20_000]))
  if (fault === 'picture-frozen') return { fault, client, ms }
  return {
    fault,
    client,
    ms,
    loss: random.pick([0, 0.03, 0.1, 0.3]),
    delayMs: random.pick([0, 200, 1_000]),
    bitrate: random.pick([20_000, 90_000, 300_000, 10_000_000]),
  }
}

function makePoor(
  random: Random,
  at: number,
  clients: number,
  allowed: ReadonlySet<FaultKind>,
): TimelineEntry[] {
  return Array.from({ length: random.int(0, 2) }, (): TimelineEntry => {
    const kind = random.pick(['path-poor', 'path-poor', 'picture-frozen'] as const)
    const fault = makeQualityFault(kind, random, clients)
    return { at: at + random.int(50, random.pick([2_000, 10_000])), ...fault }
  }).filter((entry) => 'fault' in entry && allowed.has(entry.fault))
}
