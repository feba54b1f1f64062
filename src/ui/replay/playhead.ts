/** How fast time passes where nothing happens, if quiet spans are hurried through. */
const HURRY = 20
/** A span without events counts as quiet from this length on, in milliseconds. */
const QUIET_MS = 1_500

/**
 * Where a replay is after `ms` milliseconds of real time, from `at` on, at `speed`. `times` are those of the events,
 * ascending. Quiet spans pass faster. Never beyond the last event.
 */
export function advanced(at: number, ms: number, speed: number, times: readonly number[]): number {
  const end = times.at(-1) ?? 0
  let now = at
  let left = ms * speed
  while (left > 0 && now < end) {
    const next = times.find((time) => time > now) ?? end
    const before = times.findLast((time) => time <= now) ?? 0
    const factor = next - before >= QUIET_MS ? HURRY : 1
    const step = Math.min(next - now, left * factor)
    now += step
    left -= step / factor
  }
  return Math.min(now, end)
}
