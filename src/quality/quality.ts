import {
  asyncScheduler,
  combineLatest,
  concatMap,
  connect,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  scan,
  switchMap,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import {
  isOpen,
  type CallClient,
  type Cause,
  type Grade,
  type NetworkPath,
  type QualityReport,
} from '../core/index.ts'
import { given, type Overrides } from '../core/overrides.ts'
import { actAfterwards } from './act.ts'
import { gradeReceiving, type Grading, type Observation } from './grading.ts'
import { limitations } from './judge.ts'
import { openCall } from './open-call.ts'
import { REPORT_GAP_MS, remoteReport } from './remote-report.ts'
import type { Sample } from './sample.ts'
import { samples } from './samples.ts'
import { defaultThresholds, type Thresholds } from './thresholds.ts'

/** How good a call is, in both directions. */
export interface Quality {
  /** How well the other side's media arrive here. */
  readonly receiving: Grade
  /**
   * How well this side's media arrive there, as the other side reports it. `null` if it reports nothing: it does so
   * only while its own `quality` has a subscriber.
   */
  readonly sending: Grade | null
  /**
   * Why they are not good. For `sending`, these are the causes that the other side reports. They include what limits
   * this side's encoder (`bandwidth` or `cpu`), if the browser tells.
   */
  readonly because: { readonly receiving: readonly Cause[]; readonly sending: readonly Cause[] }
  readonly path?: NetworkPath
  /** The sample that this was judged by, with the earlier ones. */
  readonly figures: Sample
}

export interface QualityOptions {
  /** When media count as fair or poor, merged over {@link defaultThresholds}. */
  readonly thresholds?: Overrides<Thresholds> | undefined
  /** The samples to judge; `samples(client)` by default. Pass your own if you share them. */
  readonly sample$?: Observable<Sample> | undefined
  /** The clock; the real one by default. A test passes its own. */
  readonly scheduler?: SchedulerLike | undefined
}

/** Milliseconds after which a report is repeated. */
const REPORT_EVERY_MS = 5_000

/**
 * How good the client's call is. Emits with each sample, and when the other side's report changes: from connected until
 * ended, and nothing in between. Completes when the client closes.
 *
 * While subscribed, it also tells the other side how well its media arrive: at each change and every 5 seconds, but at
 * most once a second. Share the stream, because each subscriber reports.
 * This needs the feature `quality` on both sides.
 *
 * @example
 * quality(client).subscribe(({ receiving, because }) => {
 *   if (receiving === 'poor') warn(`The line is bad: ${because.receiving.join(', ')}`)
 * })
 */
export function quality(
  client: CallClient,
  { thresholds: overrides = {}, scheduler = asyncScheduler, ...options }: QualityOptions = {},
): Observable<Quality> {
  const thresholds: Thresholds = { ...defaultThresholds, ...given(overrides) }
  const sample$ = options.sample$ ?? samples(client, { scheduler })
  const graded$ = sample$.pipe(
    concatMap((sample) => observe(client, sample)),
    scan((before: Graded | undefined, observation) => {
      const grading = gradeReceiving(before?.grading, observation, thresholds)
      return { grading, figures: observation.sample }
    }, undefined),
    filter((graded) => graded !== undefined),
    connect((graded$) => merge(graded$, reporting(client, graded$, scheduler))),
  )
  return openCall(client).pipe(
    switchMap((callId) =>
      callId === undefined
        ? EMPTY
        : combineLatest([graded$, remoteReport(client, scheduler)]).pipe(map(toQuality)),
    ),
  )
}

interface Graded {
  readonly grading: Grading
  readonly figures: Sample
}

function observe(client: CallClient, sample: Sample): Observation[] {
  const { call, localMedia, remoteMedia } = client.snapshot$.value
  if (!isOpen(call)) return []
  return [
    {
      sample,
      callId: call.callId,
      remote: remoteMedia,
      held: localMedia?.held === true || remoteMedia?.held === true,
      interrupted: call.phase === 'reconnecting',
    },
  ]
}

/** Reports the grade to the other side, once there is one: at each change and every 5 s, at most once a second. */
function reporting(
  client: CallClient,
  graded$: Observable<Graded>,
  scheduler: SchedulerLike,
): Observable<never> {
  return graded$.pipe(
    filter(({ grading, figures }) => grading.grade !== 'good' || figures.at >= grading.judgesFrom),
    scan((last: Told | undefined, { grading: { grade, because } }) => {
      const report = { receiving: grade, because }
      const at = scheduler.now()
      if (last && at - last.at < (isSameReport(report, last.report) ? REPORT_EVERY_MS : REPORT_GAP_MS))
        return last
      return { report, at }
    }, undefined),
    distinctUntilChanged(),
    tap((told) => {
      if (told) actAfterwards(client, { type: 'report-quality', report: told.report }, scheduler)
    }),
    ignoreElements(),
  )
}

/** The latest report, and when it was sent. */
interface Told {
  readonly report: QualityReport
  readonly at: number
}

const isSameReport = (one: QualityReport, other: QualityReport): boolean =>
  one.receiving === other.receiving && one.because.join() === other.because.join()

function toQuality([{ grading, figures }, report]: [Graded, QualityReport | null]): Quality {
  return {
    receiving: grading.grade,
    sending: report?.receiving ?? null,
    because: {
      receiving: grading.because,
      sending: [...new Set([...(report?.because ?? []), ...limitations(grading.window)])],
    },
    ...(figures.path && { path: figures.path }),
    figures,
  }
}
