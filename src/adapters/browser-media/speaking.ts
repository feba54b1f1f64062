import {
  asyncScheduler,
  distinctUntilChanged,
  map,
  scan,
  startWith,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs'
import { audioMeter, itself, type Heard } from './audio-meter.ts'

export interface SpeakingOptions {
  /**
   * Also listens while the microphone is muted, to remind a user who speaks in vain. The microphone is then listened to
   * although the user has muted it, so tell the user. Nothing of it is sent. Default: false.
   */
  readonly whileMuted?: boolean | undefined
  /** The level of `levels` from which sound counts as speech. Default: 0.02. */
  readonly threshold?: number | undefined
  /** How long somebody still counts as speaking after the last sound, in milliseconds. Default: 400. */
  readonly holdMs?: number | undefined
  /** The clock; the real one by default. */
  readonly scheduler?: SchedulerLike | undefined
}

/**
 * Whether somebody speaks in the stream. Emits `false` on subscribing, then each change. Becomes true with the first
 * level at the threshold. Becomes false once the level has been below half of the threshold for `holdMs`. So it does not
 * flicker between two words. Any loud sound counts as speech.
 *
 * With `whileMuted`, it measures an enabled clone of each track. The clone is never sent, and is stopped on
 * unsubscribing, or soon after its track ends. Never errors. Completes after the first `false` if the browser has no
 * AudioContext.
 *
 * @example
 * speaking(microphone, { whileMuted: true }).subscribe((inVain) => (hint.hidden = !inVain))
 */
export function speaking(
  stream: MediaStream,
  { whileMuted = false, threshold = 0.02, holdMs = 400, scheduler = asyncScheduler }: SpeakingOptions = {},
): Observable<boolean> {
  return audioMeter(stream, { everyMs: 50, scheduler, hear: whileMuted ? enabledClone : itself }).pipe(
    map(({ level }) => level),
    isSpeech({ threshold, holdMs, scheduler }),
  )
}

/** When a sound was last heard; `null` while nobody speaks. */
type LastHeard = number | null

interface SpeechOptions {
  readonly threshold: number
  readonly holdMs: number
  readonly scheduler: SchedulerLike
}

function isSpeech({ threshold, holdMs, scheduler }: SpeechOptions): OperatorFunction<number, boolean> {
  return (level$) =>
    level$.pipe(
      scan((last: LastHeard, level): LastHeard => {
        const now = scheduler.now()
        if (level >= (last === null ? threshold : threshold / 2)) return now
        return last !== null && now - last < holdMs ? last : null
      }, null),
      map((last) => last !== null),
      startWith(false),
      distinctUntilChanged(),
    )
}

function enabledClone(track: MediaStreamTrack): Heard {
  const clone = track.clone()
  clone.enabled = true
  return { track: clone, release: () => clone.stop() }
}
