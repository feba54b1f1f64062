import {
  asyncScheduler,
  endWith,
  finalize,
  ignoreElements,
  isObservable,
  merge,
  of,
  switchMap,
  takeUntil,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import type { CallClient, SendingLimits } from '../core/index.ts'
import { problemOfLimits } from '../core/ports/sending-limits.ts'
import { ofType } from '../core/rx/operators.ts'
import { actAfterwards } from './act.ts'

export interface LimitOptions {
  /** The clock; the real one by default. A test passes its own. */
  readonly scheduler?: SchedulerLike | undefined
}

/**
 * Limits the video that the client sends: at once, and again over each later peer connection. A stream of limits
 * replaces them over time, and `{}` lifts them. Emits nothing, and completes when the client closes. Unsubscribing lifts
 * the limits. Subscribe to one at a time, because the latest limits count.
 *
 * What the browser refuses or ignores is the error `not-supported` in the client's `error$`. The call goes on as before
 * then. Errors with a RangeError unless each limit is a positive number, and `scaleDown` at least 1.
 *
 * @example
 * const limited = limitSending(client, { maxBitrate: 300_000, scaleDown: 2 }).subscribe()
 * limited.unsubscribe() // sends as well as it can again
 */
export function limitSending(
  client: CallClient,
  limits: SendingLimits | Observable<SendingLimits>,
  { scheduler = asyncScheduler }: LimitOptions = {},
): Observable<never> {
  const limit = (limits: SendingLimits): void =>
    actAfterwards(client, { type: 'limit-sending', limits }, scheduler)
  const limits$ = isObservable(limits) ? limits : of(limits)
  const closed$ = client.event$.pipe(ignoreElements(), endWith(null))
  return limits$.pipe(
    tap(demandLimits),
    switchMap((limits) =>
      merge(of(null), client.event$.pipe(ofType('peer-opened'))).pipe(tap(() => limit(limits))),
    ),
    ignoreElements(),
    takeUntil(closed$),
    finalize(() => limit({})),
  )
}

function demandLimits(limits: SendingLimits): void {
  const problem = problemOfLimits(limits)
  if (problem !== null) throw new RangeError(problem)
}
