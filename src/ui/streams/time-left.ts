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
 * The seconds, rounded up, until something else is tried to bring the call back, or it is given up: at once, and then
 * as they pass, down to 1; `undefined` when that time has come, and while nothing is being tried.
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
