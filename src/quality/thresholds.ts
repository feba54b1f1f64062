import type { Sample } from './sample.ts'

/** From which value on a figure is only fair, and from which it is poor. */
export interface Bounds {
  readonly fair: number
  readonly poor: number
}

/** When media count as fair or poor, as data. For the sources see docs/quality.md. */
export interface Thresholds {
  /** The share of packets that is lost. */
  readonly loss: Bounds
  /** The time to the other side and back, in milliseconds. */
  readonly roundTripMs: Bounds
  /** How unevenly packets arrive, in milliseconds. */
  readonly jitterMs: Bounds
  /** The share of the sound that is invented. */
  readonly concealment: Bounds
  /** Frames a second of a camera; fewer are worse. */
  readonly framesPerSecond: Bounds
  /** Pixels of a camera's picture; fewer are worse. */
  readonly pixels: Bounds
  /** The bitrate that the browser believes it can send, in bits a second; less is worse. */
  readonly availableBitrate: Bounds
  /** After how many milliseconds without a frame a camera's picture is frozen. */
  readonly frozenMs: number
  /** After how many milliseconds without a byte the media count as lost. */
  readonly lostMs: number
  /** Over how many milliseconds figures are averaged. */
  readonly windowMs: number
  /** For how many milliseconds figures have to be better before the grade is. */
  readonly betterMs: number
  /** How many milliseconds of a new connection are not judged, because encoders and buffers are still adapting. */
  readonly settleMs: number
}

export const defaultThresholds: Thresholds = {
  loss: { fair: 0.02, poor: 0.05 },
  roundTripMs: { fair: 300, poor: 800 },
  jitterMs: { fair: 30, poor: 100 },
  concealment: { fair: 0.03, poor: 0.1 },
  framesPerSecond: { fair: 8, poor: 4 },
  pixels: { fair: 320 * 180, poor: 160 * 90 },
  availableBitrate: { fair: 250_000, poor: 100_000 },
  frozenMs: 2_000,
  lostMs: 3_000,
  windowMs: 4_000,
  betterMs: 3_000,
  settleMs: 3_000,
}

/** The samples of the last `windowMs`, the oldest first. */
export function recent(samples: readonly Sample[], { windowMs }: Thresholds): readonly Sample[] {
  const at = samples.at(-1)?.at ?? 0
  return samples.filter((each) => at - each.at < windowMs)
}
