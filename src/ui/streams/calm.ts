import { asyncScheduler, delay, of, switchMap, type Observable, type SchedulerLike } from 'rxjs'
import type { CallState } from 'rxcall'

/** The time in milliseconds that an interruption has to last to be shown: what arrives all the same is seen after a second. */
export const noticeMs = 1_200

/**
 * The state of the call as it is shown: an interruption is left out unless it lasts, because a connection in doubt may still carry
 * everything. The first state comes at once, and so does every other change.
 */
export function calm(
  state$: Observable<CallState>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<CallState> {
  return state$.pipe(
    switchMap((state, index) =>
      state.phase === 'reconnecting' && index > 0 ? of(state).pipe(delay(noticeMs, scheduler)) : of(state),
    ),
  )
}
