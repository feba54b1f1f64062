import { grades, type Cause, type Grade, type MediaStatus } from '../core/index.ts'
import type { Sample } from './sample.ts'
import type { Bounds, Thresholds } from './thresholds.ts'

/** How good media are, and why they are not better: the causes of the grade, and of none that is better. */
export interface Judgement {
  readonly grade: Grade
  readonly because: readonly Cause[]
}

export const good: Judgement = { grade: 'good', because: [] }

export const isWorse = (one: Grade, other: Grade): boolean => grades.indexOf(one) > grades.indexOf(other)

/**
 * Judges what arrives, by the latest samples. `remote` is what the other side reports that it sends: only a camera
 * has to show movement, and only a microphone that is on has sound to conceal.
 */
export function judgeReceiving(
  window: readonly Sample[],
  remote: MediaStatus | null,
  { loss, roundTripMs, jitterMs, concealment, framesPerSecond, pixels }: Thresholds,
): Judgement {
  const [audio, video] = [
    window.map(({ receiving }) => receiving.audio),
    window.map(({ receiving }) => receiving.video),
  ]
  const { width, height } = video.at(-1) ?? {}
  const isCamera = remote?.video === 'camera'
  return worstOf([
    ['loss', above(loss, mean(audio, 'loss'))],
    ['loss', above(loss, mean(video, 'loss'))],
    ['delay', above(roundTripMs, mean(window, 'roundTripMs'))],
    ['jitter', above(jitterMs, mean(audio, 'jitterMs') ?? mean(video, 'jitterMs'))],
    [
      // Lost sound has to be invented, too.
      above(loss, mean(audio, 'loss')) === 'good' ? 'jitter' : 'loss',
      remote?.audio === 'on' ? above(concealment, mean(audio, 'concealment')) : 'good',
    ],
    ['bandwidth', isCamera ? below(framesPerSecond, mean(video, 'framesPerSecond')) : 'good'],
    ['bandwidth', isCamera && width && height ? below(pixels, width * height) : 'good'],
  ])
}

/** Judges what is sent, by the other side's reception reports (RFC 3550) and this side's own encoder. */
export function judgeSending(
  window: readonly Sample[],
  { loss, roundTripMs, availableBitrate }: Thresholds,
): Judgement {
  const [audio, video] = [
    window.map(({ sending }) => sending.audio),
    window.map(({ sending }) => sending.video),
  ]
  return worstOf([
    ['loss', above(loss, mean(audio, 'loss'))],
    ['loss', above(loss, mean(video, 'loss'))],
    ['delay', above(roundTripMs, mean(window, 'roundTripMs'))],
    ['bandwidth', isFilled(window) ? below(availableBitrate, mean(window, 'availableBitrate')) : 'good'],
  ])
}

/**
 * Whether what is sent fills the estimated bitrate. Otherwise the estimate says little: a browser does not raise it far
 * above what it sends, however good the line is.
 */
function isFilled(window: readonly Sample[]): boolean {
  const sent =
    (mean(
      window.map(({ sending }) => sending.audio),
      'bitrate',
    ) ?? 0) +
    (mean(
      window.map(({ sending }) => sending.video),
      'bitrate',
    ) ?? 0)
  return sent >= 0.75 * (mean(window, 'availableBitrate') ?? Infinity)
}

/** What limits this side's encoder in each of the latest samples. */
export function limitations(window: readonly Sample[]): readonly Cause[] {
  return (['bandwidth', 'cpu'] as const).filter(
    (cause) => window.length > 0 && window.every(({ sending }) => sending.video?.limitation === cause),
  )
}

function worstOf(verdicts: readonly (readonly [Cause, Grade])[]): Judgement {
  const grade = verdicts.reduce<Grade>((worst, [, each]) => (isWorse(each, worst) ? each : worst), 'good')
  if (grade === 'good') return good
  return {
    grade,
    because: [...new Set(verdicts.flatMap(([cause, each]) => (each === grade ? [cause] : [])))],
  }
}

function above({ fair, poor }: Bounds, value: number | undefined): Grade {
  if (value === undefined || value < fair) return 'good'
  return value < poor ? 'fair' : 'poor'
}

const below = ({ fair, poor }: Bounds, value: number | undefined): Grade =>
  above({ fair: -fair, poor: -poor }, value === undefined ? undefined : -value)

function mean<K extends string>(
  samples: readonly ({ readonly [key in K]?: number } | undefined)[],
  key: K,
): number | undefined {
  const values = samples.flatMap((sample) => sample?.[key] ?? [])
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}
