import { asyncScheduler, concat, defer, distinctUntilChanged, map, of, switchMap, timer } from 'rxjs'
import type { Observable, SchedulerLike } from 'rxjs'
import type { CallState } from 'rxcall'

/**
 * Emits the milliseconds since the open call was first connected, at once and then with each full second. Emits
 * `undefined` while no open call has connected.
 */
export function elapsed(
  state$: Observable<CallState>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<number | undefined> {
  return state$.pipe(
    map((state) => (state.phase === 'connected' || state.phase === 'reconnecting' ? state.since : undefined)),
    distinctUntilChanged(),
    switchMap((since) => (since === undefined ? of(undefined) : sinceThen(since, scheduler))),
  )
}

function sinceThen(since: number, scheduler: SchedulerLike): Observable<number> {
  const passed = (): number => Math.max(0, scheduler.now() - since)
  const eachSecond$ = defer(() => timer(1000 - (passed() % 1000), 1000, scheduler))
  return concat(of(undefined), eachSecond$).pipe(map(passed))
}

/** Emits how long the ended call lasted, in milliseconds. Emits `undefined` while no call has ended, or if it never connected. */
export function duration(
  state$: Observable<CallState>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<number | undefined> {
  return state$.pipe(
    map((state) =>
      state.phase === 'ended' && state.since !== undefined ? scheduler.now() - state.since : undefined,
    ),
  )
}
