import {
  concat,
  concatMap,
  distinctUntilChanged,
  map,
  merge,
  of,
  startWith,
  switchMap,
  throttleTime,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import { receivedDataMessages } from '../core/call/data-channel/messages.ts'
import type { CallClient, QualityReport } from '../core/index.ts'
import { ofType } from '../core/rx/operators.ts'
import { openCall } from './open-call.ts'

/** Milliseconds after which a report no longer counts. The other side repeats it every 5 seconds. */
export const REPORT_EXPIRES_MS = 12_000

/** The least milliseconds between two reports. */
export const REPORT_GAP_MS = 1_000

/**
 * What the other side reports about the media that it receives: `null` at first, after `REPORT_EXPIRES_MS` without a
 * report, and in another call. Emits at most one report a second, the latest. Completes when the client closes.
 */
export function remoteReport(client: CallClient, scheduler: SchedulerLike): Observable<QualityReport | null> {
  const report$ = receivedDataMessages(
    client.event$.pipe(
      ofType('peer'),
      map(({ event }) => event),
    ),
  ).pipe(
    concatMap((message) => (message.ok && message.value.type === 'quality' ? [message.value] : [])),
    map(({ receiving, because }) => ({ receiving, because })),
    // The other side could send any number of them.
    throttleTime(REPORT_GAP_MS, scheduler, { leading: true, trailing: true }),
  )
  const newCall$ = openCall(client).pipe(map(() => null))
  return merge(newCall$, report$).pipe(
    switchMap((report) =>
      report === null
        ? of(null)
        : concat(of(report), timer(REPORT_EXPIRES_MS, scheduler).pipe(map(() => null))),
    ),
    startWith(null),
    distinctUntilChanged(),
  )
}
