import { Observable, type SchedulerLike } from 'rxjs'

/** Time awake is counted in steps of this many milliseconds. A client that slept has waited for only one of them. */
export const AWAKE_STEP_MS = 1_000

/**
 * Emits once, after `ms` milliseconds in which the client was awake, and completes. Use this for deadlines on the
 * remote side. When a frozen tab wakes (WICG Page Lifecycle), every overdue timer fires before any queued message. A
 * plain `timer` would then blame the other side for our own sleep.
 */
export function awakeTimer(ms: number, scheduler: SchedulerLike): Observable<undefined> {
  const steps = Math.max(1, Math.ceil(ms / AWAKE_STEP_MS))
  return new Observable((subscriber) => {
    let left = steps
    subscriber.add(
      scheduler.schedule(
        function () {
          if (--left > 0) {
            this.schedule(undefined, AWAKE_STEP_MS)
            return
          }
          subscriber.next(undefined)
          subscriber.complete()
        },
        ms - (steps - 1) * AWAKE_STEP_MS,
      ),
    )
  })
}
