import type { TimeScale } from './time-scale.ts'

/** By how many milliseconds a key moves something; undefined for other keys. */
export function nudge({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): number | undefined {
  const step = shiftKey ? 100 : 10
  if (key === 'ArrowRight') return step
  return key === 'ArrowLeft' ? -step : undefined
}

/** The time at a place in pixels, rounded to 10 ms. Rounds to 100 ms if a pixel is longer than 10 ms. */
export function roundedTime(scale: TimeScale, x: number): number {
  const at = scale.at(x)
  const step = scale.at(x + 1) - at > 10 ? 100 : 10
  return Math.max(0, Math.round(at / step) * step)
}
