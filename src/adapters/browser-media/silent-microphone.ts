import {
  asyncScheduler,
  distinctUntilChanged,
  map,
  scan,
  startWith,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import { audioMeter, itself } from './audio-meter.ts'

export interface SilentMicrophoneOptions {
  /** How long the microphone must be silent, in milliseconds. Default: 5,000. */
  readonly afterMs?: number | undefined
  /** The clock; the real one by default. */
  readonly scheduler?: SchedulerLike | undefined
}

/** Less than one step of 16-bit audio. Even a quiet room is louder. */
const DIGITAL_SILENCE = 2 ** -16

/**
 * Whether the microphone delivers nothing although it should, because of a switch on the headset, or in the system. Emits
 * `false` on subscribing, then each change. Becomes true when live and unmuted microphones have delivered digital
 * silence for `afterMs`. Becomes false with the first sound, and when no microphone is live and unmuted.
 *
 * Some noise suppression makes a quiet room exactly silent, so show a hint rather than an error. Never errors.
 * Completes after the first `false` if the browser has no AudioContext.
 *
 * @example
 * silentMicrophone(stream).subscribe((isSilent) => (hint.hidden = !isSilent))
 */
export function silentMicrophone(
  stream: MediaStream,
  { afterMs = 5000, scheduler = asyncScheduler }: SilentMicrophoneOptions = {},
): Observable<boolean> {
  return audioMeter(stream, { everyMs: 200, scheduler, hear: itself }).pipe(
    scan((since: number | null, { level, isRunning }) => {
      const isSilent = isRunning && level < DIGITAL_SILENCE && stream.getAudioTracks().some(shouldBeHeard)
      return isSilent ? (since ?? scheduler.now()) : null
    }, null),
    map((since) => since !== null && scheduler.now() - since >= afterMs),
    startWith(false),
    distinctUntilChanged(),
  )
}

const shouldBeHeard = ({ enabled, muted, readyState }: MediaStreamTrack): boolean =>
  enabled && !muted && readyState === 'live'
