import type { ConformanceCase } from './conformance-case.ts'
import type { Platform } from './side.ts'

/** How many calls a case with many calls makes in a row, unless a platform makes fewer. */
export const callsInARow = 200

/** How many calls in a row these platforms make. */
export function callsOn(...platforms: readonly Platform[]): number {
  return Math.min(callsInARow, ...platforms.flatMap(({ fewerCalls }) => fewerCalls?.calls ?? []))
}

/**
 * Why a case makes fewer calls on these platforms than its name says; null if it does not.
 *
 * @example
 * const reason = fewerCallsReason(conformanceCase, offerer.platform, answerer.platform)
 * if (reason !== null) console.log(`${conformanceCase.name}: fewer calls, because ${reason}`)
 */
export function fewerCallsReason(
  { hasManyCalls }: Pick<ConformanceCase, 'hasManyCalls'>,
  offerer: Platform,
  answerer: Platform,
): string | null {
  if (!hasManyCalls || callsOn(offerer, answerer) === callsInARow) return null
  const reasons = [offerer, answerer].flatMap(({ name, fewerCalls }) =>
    fewerCalls ? [`${name}: ${String(fewerCalls.calls)} calls: ${fewerCalls.because}`] : [],
  )
  return [...new Set(reasons)].join('; ')
}
