import type { Grade, SendingLimits } from '../core/index.ts'

/** How the sent video adapts to a bad line, as data. */
export interface SendingPolicy {
  /** The limits of each step, from the best to the worst. */
  readonly steps: readonly SendingLimits[]
  /** Whether the camera is turned off as the last step. A screen never is, because only the user can share it again. */
  readonly turnsOff: boolean
  /** For how many milliseconds the line has to be poor before the next step down. */
  readonly poorMs: number
  /** For how many milliseconds it has to be good before a step up. Doubles with each step up that fails. */
  readonly goodMs: number
  /** The most milliseconds that `goodMs` grows to. */
  readonly maxGoodMs: number
}

export const defaultSendingPolicy: SendingPolicy = {
  steps: [
    {},
    { maxBitrate: 600_000, maxFramerate: 24 },
    { maxBitrate: 250_000, maxFramerate: 15, scaleDown: 2 },
    { maxBitrate: 100_000, maxFramerate: 10, scaleDown: 4 },
  ],
  turnsOff: true,
  poorMs: 5_000,
  goodMs: 20_000,
  maxGoodMs: 160_000,
}

/** How good sending is at one moment. */
export interface SendingState {
  /** In milliseconds. */
  readonly at: number
  /** By this side's own figures. */
  readonly own: Grade
  /** As the other side reports it; `null` if it reports nothing. */
  readonly reported: Grade | null
}

/** The present step, and since when the line has been poor or good. */
export interface Adapting {
  /** An index into the steps of the policy. One past the last: the camera is off. */
  readonly step: number
  readonly poorSince?: number
  readonly goodSince?: number
  /** For how long the line has to be good before the next step up. */
  readonly waitMs: number
  /** Whether the latest step was one up, and has not proved itself yet. */
  readonly isOnTrial: boolean
}

export const beginAdapting = ({ goodMs }: SendingPolicy): Adapting => ({
  step: 0,
  waitMs: goodMs,
  isOnTrial: false,
})

/**
 * The next step of `policy`, or the same. Pure. Steps down while the line stays poor, and up while it stays good. The
 * other side's report alone never turns the camera off, because it is only a claim.
 *
 * @example
 * adapt(beginAdapting(policy), { at: 0, own: 'poor', reported: null }, policy).step // 0: poor, but not for long
 */
export function adapt(
  before: Adapting,
  { at, own, reported }: SendingState,
  policy: SendingPolicy,
): Adapting {
  const { steps, turnsOff, poorMs, maxGoodMs } = policy
  const isPoor = (grade: Grade | null) => grade === 'poor' || grade === 'lost'
  const { step, waitMs, isOnTrial } = before
  if (isPoor(own) || isPoor(reported)) {
    const { poorSince = at } = before
    const last = steps.length - 1 + (turnsOff && isPoor(own) ? 1 : 0)
    if (at - poorSince < poorMs || step >= last) return { step, waitMs, isOnTrial, poorSince }
    const longer = isOnTrial ? Math.min(maxGoodMs, waitMs * 2) : waitMs
    return { step: step + 1, waitMs: longer, isOnTrial: false, poorSince: at }
  }
  if (own !== 'good') return { step, waitMs, isOnTrial }
  const { goodSince = at } = before
  if (at - goodSince < waitMs) return { step, waitMs, isOnTrial, goodSince }
  // The step up before this one has proved itself.
  if (step === 0) return { step, waitMs: policy.goodMs, isOnTrial: false, goodSince }
  return { step: step - 1, waitMs, isOnTrial: true, goodSince: at }
}
