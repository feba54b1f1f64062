import { asyncScheduler, delay, of, switchMap, type Observable, type SchedulerLike } from 'rxjs'
import type { CallState } from 'rxcall'

/** How long an interruption must last before it is shown, in milliseconds. The core takes a second to notice that data still arrives. */
export const noticeMs = 1_200

/**
 * Delays the phase `reconnecting` until it has lasted for {@link noticeMs}, because a connection in doubt may still
 * carry everything. The first state, and every other change, passes at once.
 */
export function debounceReconnecting(
  state$: Observable<CallState>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<CallState> {
  return state$.pipe(
    switchMap((state, index) =>
      state.phase === 'reconnecting' && index > 0 ? of(state).pipe(delay(noticeMs, scheduler)) : of(state),
    ),
  )
}
