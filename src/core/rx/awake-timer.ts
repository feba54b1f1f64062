import { take, takeLast, timer, type Observable, type SchedulerLike } from 'rxjs'

/** Time awake is counted in steps of so many milliseconds: a client that slept has waited for one of them and no more. */
export const AWAKE_STEP_MS = 1_000

/**
 * Emits once, after `ms` milliseconds in which the client was awake, and completes. For what must not be held against the other
 * side while this one could not hear it: the timers of a tab that was frozen (WICG Page Lifecycle), or of a machine that slept,
 * are all due when it wakes, before what has arrived in the meantime.
 */
export function awakeTimer(ms: number, scheduler: SchedulerLike): Observable<unknown> {
  const steps = Math.max(1, Math.ceil(ms / AWAKE_STEP_MS))
  return timer(ms - (steps - 1) * AWAKE_STEP_MS, AWAKE_STEP_MS, scheduler).pipe(take(steps), takeLast(1))
}
