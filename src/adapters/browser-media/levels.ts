import { asyncScheduler, map, type Observable, type SchedulerLike } from 'rxjs'
import { audioMeter, itself } from './audio-meter.ts'

export interface LevelsOptions {
  /** Milliseconds between two levels. Default: 100. */
  readonly everyMs?: number | undefined
  /** The clock; the real one by default. */
  readonly scheduler?: SchedulerLike | undefined
}

/**
 * How loud the stream is: the root mean square of its audio since the last level, from 0 to 1. Speech is about 0.02 to
 * 0.3, so a meter should show the square root, or decibels.
 *
 * Emits every `everyMs` milliseconds. The level is 0 while no audio track is live and unmuted. It is also 0 until
 * the user has clicked or pressed a key, because browsers measure nothing before. Follows tracks that are added and
 * removed. Never errors. Completes without a value if the browser has no AudioContext.
 *
 * All meters of a page share one AudioContext, which is closed when nobody is subscribed. Chromium measures a stream
 * of the other side only while an element plays it.
 *
 * @example
 * levels(stream).subscribe((level) => (meter.value = Math.sqrt(level)))
 */
export function levels(
  stream: MediaStream,
  { everyMs = 100, scheduler = asyncScheduler }: LevelsOptions = {},
): Observable<number> {
  return audioMeter(stream, { everyMs, scheduler, hear: itself }).pipe(map(({ level }) => level))
}
