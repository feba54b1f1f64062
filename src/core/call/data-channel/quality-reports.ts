import { concatMap, map, merge, startWith, withLatestFrom, type Observable } from 'rxjs'
import type { CallAction } from '../../events.ts'
import type { PeerEvent } from '../../ports/index.ts'
import type { DataMessage, FeatureId, QualityReport } from '../../protocol/index.ts'
import { ofType } from '../../rx/operators.ts'
import { command, type StageOutput } from '../outputs.ts'

export interface QualityReportSources {
  readonly report$: Observable<Extract<CallAction, { type: 'report-quality' }>>
  readonly peer$: Observable<PeerEvent>
  /** Emits when a peer connection is opened, whose data channel is not open yet. */
  readonly opened$: Observable<unknown>
  /** The features that the call uses. */
  readonly features$: Observable<readonly FeatureId[]>
}

/**
 * Tells the other side over the data channel how well its media arrive. Emits a command for each report. A report is
 * dropped if the call does not use the feature `quality`, or while no data channel is open: it would be outdated by
 * the time it arrived.
 *
 * @example
 * const report = { receiving: 'poor', because: ['loss'] } as const
 * qualityReports({ report$: of({ type: 'report-quality', report }), peer$, opened$, features$ }) // emits a command
 */
export function qualityReports({
  report$,
  peer$,
  opened$,
  features$,
}: QualityReportSources): Observable<StageOutput> {
  const isOpen$ = merge(
    opened$.pipe(map(() => false)),
    peer$.pipe(
      ofType('data-open'),
      map(() => true),
    ),
  ).pipe(startWith(false))
  return report$.pipe(
    withLatestFrom(isOpen$, features$),
    concatMap(([{ report }, isOpen, features]) =>
      isOpen && features.includes('quality') ? [command({ type: 'send', data: encode(report) })] : [],
    ),
  )
}

const encode = ({ receiving, because }: QualityReport): string =>
  JSON.stringify({ type: 'quality', receiving, because: [...because] } satisfies DataMessage)
