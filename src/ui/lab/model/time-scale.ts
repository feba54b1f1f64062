/** A moment at which something happens, and the pixels that have to follow it so that everything can be read. */
export interface Moment {
  readonly at: number
  readonly room?: number
}

/** A span in which nothing happens, drawn much narrower than its time. */
export interface QuietSpan {
  readonly from: number
  readonly to: number
}

/** Where each time of a run is drawn. Later times are never drawn further left. */
export interface TimeScale {
  /** In pixels. */
  readonly width: number
  /** The last time that is drawn, in milliseconds. */
  readonly end: number
  readonly quiet: readonly QuietSpan[]
  /** Returns the pixels from the left of a time in milliseconds. */
  readonly x: (at: number) => number
  /** Returns the time of a place in pixels, between 0 and `end`. */
  readonly at: (x: number) => number
}

/** Up to this span, in milliseconds, time is drawn to scale. */
const NEAR_MS = 20
const PIXELS_PER_MS = 2.6
/** Each time a span doubles beyond that, it becomes this much wider, in pixels. */
const PIXELS_PER_DOUBLING = 8
/** From this span on, in milliseconds, it is marked as squeezed. */
const QUIET_MS = 250
/** The room before the first moment, in pixels. */
const MARGIN = 36
/** What is drawn after the last moment, in milliseconds, so that something can be added there. */
const TAIL_MS = 2_000

/**
 * Draws spans between moments to scale while they are short, and squeezes long ones: 30 s of waiting take little more
 * room than 100 ms of negotiation.
 *
 * @param duration When the run ends, in milliseconds.
 * @param least How wide it is at least, in pixels.
 */
export function timeScale(moments: readonly Moment[], duration: number, least = 0): TimeScale {
  const room = new Map<number, number>([
    [0, 0],
    [duration, 0],
    [duration + TAIL_MS, 0],
  ])
  for (const { at, room: wanted = 0 } of moments) room.set(at, Math.max(room.get(at) ?? 0, wanted))
  const times = [...room.keys()].sort((a, b) => a - b)
  const natural = [MARGIN]
  for (const [index, at] of times.slice(1).entries()) {
    const before = times[index] ?? 0
    natural.push((natural[index] ?? 0) + Math.max(widthOf(at - before), room.get(before) ?? 0))
  }
  const stretch = Math.max(1, (least - MARGIN) / ((natural.at(-1) ?? MARGIN) - MARGIN))
  const places = natural.map((x) => MARGIN + (x - MARGIN) * stretch)
  const end = times.at(-1) ?? 0
  const quiet = times
    .slice(1)
    .map((to, index) => ({ from: times[index] ?? 0, to }))
    .filter(({ from, to }) => to - from >= QUIET_MS && from < duration)
  return {
    width: places.at(-1) ?? 0,
    end,
    quiet,
    x: (at) => interpolate(times, places, at),
    at: (x) => interpolate(places, times, x),
  }
}

function widthOf(ms: number): number {
  const near = Math.min(ms, NEAR_MS) * PIXELS_PER_MS
  return ms <= NEAR_MS ? near : near + PIXELS_PER_DOUBLING * Math.log2(ms / NEAR_MS)
}

/** Returns the point of `to` at `value` of `from`. Both ascend. */
function interpolate(from: readonly number[], to: readonly number[], value: number): number {
  const next = from.findIndex((each) => each > value)
  if (next === 0) return to[0] ?? 0
  if (next < 0) return to.at(-1) ?? 0
  const [start = 0, stop = 0] = [from[next - 1], from[next]]
  const [low = 0, high = 0] = [to[next - 1], to[next]]
  return low + ((value - start) / (stop - start)) * (high - low)
}
