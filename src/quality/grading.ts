import type { MediaStatus } from '../core/index.ts'
import { good, isWorse, judgeReceiving, type Judgement } from './judge.ts'
import type { Sample } from './sample.ts'
import { recent, type Thresholds } from './thresholds.ts'

/** One sample, and what is known at that moment. */
export interface Observation {
  readonly sample: Sample
  readonly callId: string
  /** What the other side reports that it sends; `null` if that is unknown. */
  readonly remote: MediaStatus | null
  /** Whether either side holds the call. */
  readonly held: boolean
  /** Whether the peer connection is interrupted. */
  readonly interrupted: boolean
}

/** The grade of what arrives, and what is needed to judge the next sample. */
export interface Grading extends Judgement {
  /** The samples of the last seconds that may be judged. */
  readonly window: readonly Sample[]
  /** What is expected to arrive. After a change, encoders and buffers have time to adapt. */
  readonly expected: string
  /** When judging begins. */
  readonly judgesFrom: number
  /** When the latest frame and the latest byte had arrived. */
  readonly frameAt: number
  readonly byteAt: number
  /** Whether packets had to arrive all the time. */
  readonly isSteady: boolean
  /** Since when the figures have been better than the grade. */
  readonly betterSince?: number
}

/**
 * The grade after one more sample: a pure machine with hysteresis. A worse grade counts at once, because it is an
 * average already. A better one counts once the figures have been better for `betterMs`. A picture that stands still, or
 * media that do not arrive, are not averaged.
 *
 * @example
 * observations.reduce((grading, each) => gradeReceiving(grading, each, defaultThresholds), undefined)
 */
export function gradeReceiving(
  before: Grading | undefined,
  observation: Observation,
  thresholds: Thresholds,
): Grading {
  const { sample, callId, remote, held, interrupted } = observation
  const { at } = sample
  const expected = [callId, remote?.video, held, interrupted].join(' ')
  const isNew = before === undefined || before.expected !== expected
  const frames = sample.receiving.video?.framesPerSecond
  const isSteady = sendsSteadily(remote)
  const bytes = (sample.receiving.audio?.bitrate ?? 0) + (sample.receiving.video?.bitrate ?? 0)
  const judgesFrom = isNew ? at + thresholds.settleMs : before.judgesFrom
  const state = {
    expected,
    judgesFrom,
    window: at < judgesFrom ? [] : recent([...(isNew ? [] : before.window), sample], thresholds),
    frameAt: isNew || frames !== 0 ? at : before.frameAt,
    byteAt: isNew || bytes > 0 || !before.isSteady ? at : before.byteAt,
    isSteady,
  }
  const present = ((): Judgement => {
    if (interrupted) return { grade: 'lost', because: [] }
    if (held) return good
    if (isSteady && at - state.byteAt >= thresholds.lostMs) return { grade: 'lost', because: [] }
    if (remote?.video === 'camera' && at - state.frameAt >= thresholds.frozenMs)
      return { grade: 'poor', because: ['frozen'] }
    return judgeReceiving(state.window, remote, thresholds)
  })()
  return { ...state, ...settled(before, present, at, thresholds) }
}

/** `present`, unless it is better than before and has not been so for long enough. */
function settled(
  before: Grading | undefined,
  present: Judgement,
  at: number,
  { betterMs }: Thresholds,
): Judgement & { readonly betterSince?: number } {
  // Like the loss of all media, its end is not averaged.
  if (before === undefined || before.grade === 'lost' || !isWorse(before.grade, present.grade)) return present
  const betterSince = before.betterSince ?? at
  if (at - betterSince >= betterMs) return present
  return { grade: before.grade, because: before.because, betterSince }
}

/** Whether packets have to arrive all the time. A screen on which nothing moves needs almost none. */
const sendsSteadily = (remote: MediaStatus | null): boolean =>
  remote !== null && (['on', 'muted'].includes(remote.audio) || ['camera', 'muted'].includes(remote.video))
