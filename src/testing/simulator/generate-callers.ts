import { chanceOf } from './random.ts'
import type { SimulatedVerdict } from './scenario.ts'

// Derived from the seed alone, so that the rest of a scenario does not depend on who may call.

/** What the port `callers` of a client says of these users. Most clients let everybody ring. */
export function verdictsOn(
  users: readonly string[],
  seed: number,
  index: number,
): Readonly<Record<string, SimulatedVerdict>> {
  if (chanceOf(seed, index, 'callers') > 0.15) return {}
  return Object.fromEntries(users.map((user) => [user, verdictFor(chanceOf(seed, index, 'callers', user))]))
}

function verdictFor(chance: number): SimulatedVerdict {
  if (chance < 0.3) return 'ignore'
  if (chance < 0.5) return 'busy'
  return chance < 0.55 ? 'throws' : 'yes'
}
