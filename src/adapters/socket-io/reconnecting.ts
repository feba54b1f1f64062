import {
  filter,
  from,
  merge,
  Observable,
  retry,
  startWith,
  Subject,
  switchMap,
  take,
  tap,
  throttleTime,
  throwError,
  timer,
  type ObservableInput,
  type SchedulerLike,
} from 'rxjs'
import type { CallError } from '../../core/errors.ts'
import { CLAIM_AGAIN_MS } from '../../core/protocol/claim-again.ts'

/** Milliseconds before each attempt after the last success; the last value repeats. */
const steps = [0, 300, 1200, 2700, 4800, CLAIM_AGAIN_MS] as const
/**
 * The maximum share by which a wait is randomly lengthened. Otherwise all clients would return to a restarted relay
 * together.
 */
const jitter = 0.3

/**
 * Whole milliseconds to wait before the next attempt after `failures` failed ones.
 *
 * @param random a number from 0 up to 1, as Math.random gives it
 */
export function reconnectDelay(failures: number, random: number): number {
  return Math.round((steps[failures] ?? CLAIM_AGAIN_MS) * (1 + jitter * random))
}

/** Minimum milliseconds between two attempts after wake-ups. A wake-up does not interrupt a more recent attempt. */
const wakeMs = 1000

export interface ReconnectOptions<T> {
  readonly scheduler: SchedulerLike
  readonly random: () => number
  /** Whether a value shows that the attempt succeeded. */
  readonly succeeded: (value: T) => boolean
  /**
   * How long a connection has to last, in milliseconds, before the waits start over. Otherwise two clients that replace
   * each other, or a relay that drops everybody, would cause a storm of connections.
   */
  readonly stableMs: number
  /** Whether an error makes another attempt pointless; `succeededBefore` is whether any attempt has succeeded. */
  readonly final: (error: CallError, succeededBefore: boolean) => boolean
  /** Whether an error is followed by the longest wait at once. */
  readonly slow: (error: CallError) => boolean
  /** Emits when an attempt has better chances than before. Errors are ignored. */
  readonly wake$: ObservableInput<unknown>
  /** What to emit for an error that is followed by another attempt. */
  readonly lost: (error: CallError) => T
}

/**
 * Resubscribes to `connection$` after each error, without limit, after {@link reconnectDelay}. Emits its values, and
 * `lost(error)` at once for each error. Errors with an error that is `final`.
 *
 * When `wake$` emits, retries at once, at most once a second, and the waits start over. Cancels an attempt that has
 * hung for a second, but leaves an established connection alone.
 */
export function reconnecting<T>(connection$: Observable<T>, options: ReconnectOptions<T>): Observable<T> {
  const { scheduler, random, stableMs } = options
  return new Observable((subscriber) => {
    let failures = 0
    let triedAt = 0
    let since: number | undefined
    let succeededBefore = false
    const lost$ = new Subject<T>()
    const woken$ = new Subject<void>()
    const restarts$ = woken$.pipe(
      filter(() => since === undefined && scheduler.now() - triedAt >= wakeMs),
      tap(startOver),
    )
    /** The next attempt counts as the first one, which has no wait. */
    function startOver(): void {
      failures = 1
    }

    const try$ = connection$.pipe(
      tap({
        subscribe: () => {
          triedAt = scheduler.now()
        },
        next: (value) => {
          if (!options.succeeded(value)) return
          since = scheduler.now()
          succeededBefore = true
        },
      }),
    )
    const connections$ = restarts$.pipe(
      startWith(undefined),
      switchMap(() => try$),
      retry({
        delay: (error: CallError) => {
          if (options.final(error, succeededBefore)) return throwError(() => error)
          if (since !== undefined && scheduler.now() - since >= stableMs) failures = 0
          since = undefined
          lost$.next(options.lost(error))
          const wait = reconnectDelay(options.slow(error) ? Infinity : failures++, random())
          return merge(timer(wait, scheduler), woken$.pipe(tap(startOver))).pipe(take(1))
        },
      }),
    )
    subscriber.add(
      from(options.wake$)
        .pipe(throttleTime(wakeMs, scheduler))
        .subscribe({ next: () => woken$.next(), error: () => undefined }),
    )
    subscriber.add(merge(lost$, connections$).subscribe(subscriber))
  })
}
