import type { Ability, Platform } from './side.ts'
import type { Stage } from './stage.ts'

/** One thing that the contract of PeerPort promises. */
export interface ConformanceCase {
  readonly name: string
  /** What it takes on both platforms. */
  readonly needs: readonly Ability[]
  /** Milliseconds after which it has failed. */
  readonly withinMs: number
  /** Whether it mostly waits, so that others of its kind may run beside it. */
  readonly isWaiting: boolean
  /** Whether it makes as many calls, one after the other, as the platforms allow; see fewerCallsReason. */
  readonly hasManyCalls: boolean
  /** Rejects where the promise is not kept. */
  readonly run: (stage: Stage) => Promise<void>
}

export function conformanceCase(
  name: string,
  run: ConformanceCase['run'],
  {
    needs = [],
    withinMs = 60_000,
    isWaiting = false,
    hasManyCalls = false,
  }: Partial<Omit<ConformanceCase, 'name' | 'run'>> = {},
): ConformanceCase {
  return { name, needs, withinMs, isWaiting, hasManyCalls, run }
}

/**
 * Why a case makes no sense on these platforms; null where it does.
 *
 * @example
 * const cases = conformanceCases.filter((each) => skipReason(each, platform, platform) === null)
 */
export function skipReason(
  { needs }: Pick<ConformanceCase, 'needs'>,
  offerer: Platform,
  answerer: Platform,
): string | null {
  const reasons = [offerer, answerer].flatMap(({ name, lacks }) =>
    needs.flatMap((need) => (lacks?.[need] === undefined ? [] : [`${name}: ${lacks[need]}`])),
  )
  return reasons.length === 0 ? null : [...new Set(reasons)].join('; ')
}
