import type { Ability, Platform } from './side.ts'
import type { Stage } from './stage.ts'

/** One thing that the contract of PeerPort promises. */
export interface ConformanceCase {
  readonly name: string
  /** The abilities that both platforms need. */
  readonly needs: readonly Ability[]
  /** Milliseconds before it fails. */
  readonly withinMs: number
  /** Whether it mostly waits, so that other waiting cases may run in parallel. */
  readonly isWaiting: boolean
  /** Whether it makes as many calls in a row as the platforms allow; see fewerCallsReason. */
  readonly hasManyCalls: boolean
  /** Rejects if the promise is broken. */
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
 * Why a case cannot run on these platforms; null if it can.
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
