import * as v from 'valibot'
import { limits } from './limits.ts'

/** The name of a feature on the wire. */
export const FeatureId = v.pipe(
  v.string('expected the name of a feature'),
  v.regex(
    new RegExp(`^[a-z-]{1,${limits.feature}}$`),
    `expected 1 to ${limits.feature} lower-case letters and hyphens`,
  ),
)
export type FeatureId = v.InferOutput<typeof FeatureId>

/** The features that one side names. The count is checked first, so a long list costs little. */
export const FeatureList = v.pipe(
  v.array(v.unknown()),
  v.maxLength(limits.features, `expected at most ${limits.features} features`),
  v.array(FeatureId),
)

/** A feature that plain version 1 lacks. Two clients use it only if both of them name it. */
export interface Feature {
  readonly id: FeatureId
  /** Whether the relay takes part: a client names the feature only if its relay does. */
  readonly usesRelay?: boolean
}

/** The features of this version of the library. `quality`: the sides tell each other how well media arrive. */
export const knownFeatures: readonly Feature[] = [{ id: 'quality' }]

/**
 * Returns the features that a client names over its present relay connection, of those that it knows.
 *
 * @example
 * const known = [{ id: 'captions' }, { id: 'rooms', usesRelay: true }]
 * namedFeatures(known, { status: 'online', features: [] }) // ['captions']
 */
export function namedFeatures(
  known: readonly Feature[],
  connection: { readonly status: string; readonly features?: readonly FeatureId[] },
): readonly FeatureId[] {
  const { features: relays = [] } = connection
  return known.filter(({ id, usesRelay = false }) => !usesRelay || relays.includes(id)).map(({ id }) => id)
}

/**
 * The features that a call uses: those that both sides named. Drops unknown ones.
 *
 * @example
 * commonFeatures(['captions', 'reactions'], ['reactions', 'files']) // ['reactions']
 */
export function commonFeatures(
  ours: readonly FeatureId[],
  theirs: readonly FeatureId[] = [],
): readonly FeatureId[] {
  return ours.filter((id) => theirs.includes(id))
}

/**
 * The key `features`, or no key at all for an empty list: clients without features see plain version 1.
 *
 * @example
 * ({ audio: true, video: true, ...featuresKey(['captions']) }) // { audio: true, video: true, features: ['captions'] }
 */
export function featuresKey(features: readonly FeatureId[] = []): { features?: FeatureId[] } {
  return features.length === 0 ? {} : { features: [...features] }
}
