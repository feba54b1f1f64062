import type { Recovery } from 'rxcall'
import {
  asyncScheduler,
  distinctUntilChanged,
  map,
  of,
  startWith,
  switchMap,
  takeWhile,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs'

/**
 * Counts down the seconds until recovery takes its next step, or gives up the call. Emits them rounded up, at once
 * and then each second, down to 1. Emits `undefined` when the time is up, and while no recovery is under way.
 */
export function timeLeft(
  recovery$: Observable<Recovery | null>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<number | undefined> {
  return recovery$.pipe(
    switchMap((recovery) => (recovery ? countdown(recovery.until, scheduler) : of(undefined))),
    distinctUntilChanged(),
  )
}

function countdown(until: number, scheduler: SchedulerLike): Observable<number | undefined> {
  const left = (): number => until - scheduler.now()
  return timer(left() % 1000, 1000, scheduler).pipe(
    startWith(undefined),
    map(() => (left() > 0 ? Math.ceil(left() / 1000) : undefined)),
    takeWhile((seconds) => seconds !== undefined, true),
  )
}
