import { distinctUntilChanged, EMPTY, map, switchMap, type Observable } from 'rxjs'
import type { CallState } from 'rxcall'
import { ringback, ringtone, type Tone } from './tone.ts'

/**
 * Plays the ringtone for the callee, and the ringback tone for the caller. Emits nothing. Unsubscribing stops the sound.
 */
export function ringing(
  state$: Observable<CallState>,
  play: (tone: Tone) => Observable<never>,
): Observable<never> {
  return state$.pipe(
    map(toneOf),
    distinctUntilChanged(),
    switchMap((tone) => (tone ? play(tone) : EMPTY)),
  )
}

function toneOf(state: CallState): Tone | undefined {
  if (state.phase === 'ringing') return ringtone
  return state.phase === 'calling' && state.progress === 'ringing' ? ringback : undefined
}
