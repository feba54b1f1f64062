import type { Feature } from '../../core/index.ts'
import { chanceOf } from './random.ts'

const shared: readonly Feature[] = [
  { id: 'test-captions' },
  { id: 'test-reactions' },
  { id: 'test-parking', usesRelay: true },
]

// Derived from the seed alone, so that the rest of a scenario does not depend on features.

/** The features that a client supports: some common ones, sometimes one that nobody else supports, or none. */
export function knownTo(seed: number, index: number, user: string): Feature[] {
  const has = (what: string, share: number) => chanceOf(seed, index, what) < share
  if (has('no features', 0.3)) return []
  const own: Feature = { id: `only-${user}` }
  return [...shared, own].filter((feature) => has(feature.id, feature === own ? 0.3 : 0.6))
}

/** The features that a relay names. Half of the relays support one, and some name one that no client supports. */
export function namedByRelay(seed: number): string[] {
  const names = (id: string, share: number) => (chanceOf(seed, 'relay', id) < share ? [id] : [])
  return [...names('test-parking', 0.5), ...names('only-relay', 0.2)]
}
