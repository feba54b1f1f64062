import { Observable, Subject, merge, retry, tap, throwError, timer, type SchedulerLike } from 'rxjs'
import type { CallError } from '../../core/errors.ts'

/** Milliseconds before each new try, counted from the last success; the last one repeats. */
const steps = [0, 300, 1200, 2700, 4800, 7000] as const
/** The largest share by which chance lengthens a wait, so that the clients of a restarted relay come back spread out. */
const jitter = 0.3

/**
 * Whole milliseconds to wait before the try that follows `failures` failed ones.
 *
 * @param random a number from 0 up to 1, as Math.random gives it
 */
export function reconnectDelay(failures: number, random: number): number {
  return Math.round((steps[failures] ?? 7000) * (1 + jitter * random))
}

export interface ReconnectOptions<T> {
  readonly scheduler: SchedulerLike
  readonly random: () => number
  /** Whether a value shows that the try succeeded. */
  readonly succeeded: (value: T) => boolean
  /**
   * Milliseconds that a success has to last before the waits start over: two clients that throw each other out, or a
   * relay that drops everybody, must not be answered with one connection after the other.
   */
  readonly stableMs: number
  /** Whether an error makes another try pointless. */
  readonly final: (error: CallError) => boolean
  /** What to emit for an error that is followed by another try. */
  readonly lost: (error: CallError) => T
}

/**
 * Subscribes to `session$` again each time it errors, without end, each time after {@link reconnectDelay}. Emits its
 * values, and `lost(error)` at once for each error. Errors with an error that is `final`.
 */
export function reconnecting<T>(session$: Observable<T>, options: ReconnectOptions<T>): Observable<T> {
  const { scheduler, random, stableMs } = options
  return new Observable((subscriber) => {
    let failures = 0
    let since: number | undefined
    const lost$ = new Subject<T>()

    const sessions$ = session$.pipe(
      tap((value) => {
        if (options.succeeded(value)) since = scheduler.now()
      }),
      retry({
        delay: (error: CallError) => {
          if (options.final(error)) return throwError(() => error)
          if (since !== undefined && scheduler.now() - since >= stableMs) failures = 0
          since = undefined
          lost$.next(options.lost(error))
          return timer(reconnectDelay(failures++, random()), scheduler)
        },
      }),
    )
    return merge(lost$, sessions$).subscribe(subscriber)
  })
}
