import { map, of, switchMap, takeUntil, type Observable, type SchedulerLike } from 'rxjs'
import { awakeTimer } from '../../rx/awake-timer.ts'
import type { CallError } from '../../errors.ts'

/**
 * How long an orderly close may be the end of the call, in milliseconds. The other side closes its peer connection as it hangs up,
 * and that shows at once. Its `hang-up` takes the way through the relay, and comes later.
 */
export const ORDERLY_CLOSE_MS = 1_000

/** The peer connection of `epoch` is gone: closed by the other side, or (with an error) broken. */
export interface Unlinked {
  readonly epoch: number
  readonly error?: CallError
}

/**
 * The peer connections whose loss is not the end of the call: a broken one at once, and one that the other side closed after
 * {@link ORDERLY_CLOSE_MS}, counted while the client is awake. Another one that opens in that time takes its place, and it is not
 * emitted.
 */
export function lostConnections(
  unlinked$: Observable<Unlinked>,
  opened$: Observable<unknown>,
  scheduler: SchedulerLike,
): Observable<Unlinked> {
  return unlinked$.pipe(
    switchMap((unlinked) =>
      unlinked.error
        ? of(unlinked)
        : awakeTimer(ORDERLY_CLOSE_MS, scheduler).pipe(
            map(() => unlinked),
            takeUntil(opened$),
          ),
    ),
  )
}
