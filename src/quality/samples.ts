import {
  asyncScheduler,
  concatMap,
  defer,
  EMPTY,
  merge,
  scan,
  switchMap,
  take,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import type { CallClient, ConnectionStats } from '../core/index.ts'
import { ofType } from '../core/rx/operators.ts'
import { act } from './act.ts'
import { openCall } from './open-call.ts'
import { sampleBetween, type Sample } from './sample.ts'

export interface SamplesOptions {
  /** Milliseconds between two samples: at least 100, 1,000 by default. */
  readonly everyMs?: number | undefined
  /** The clock; the real one by default. A test passes its own. */
  readonly scheduler?: SchedulerLike | undefined
}

/**
 * Measures the media of the client's call, from connected until ended: takes one sample at once, then one every `everyMs`.
 * The first one over each peer connection has no rates. Emits nothing while no call is connected, or if the platform
 * has no statistics. Completes when the client closes. Throws a RangeError for an invalid `everyMs`.
 *
 * Each subscriber measures for itself: share the stream if there are several. Nothing is measured without a subscriber.
 * Each measurement is the action `measure`, so a recording of the call holds it.
 *
 * @example
 * samples(client).subscribe(({ receiving }) => show(receiving.video?.bitrate))
 */
export function samples(
  client: CallClient,
  { everyMs = 1_000, scheduler = asyncScheduler }: SamplesOptions = {},
): Observable<Sample> {
  if (!(everyMs >= 100 && everyMs < Infinity))
    throw new RangeError(`everyMs is ${String(everyMs)}: expected at least 100 milliseconds`)
  return openCall(client).pipe(
    switchMap((callId) => (callId !== undefined ? timer(0, everyMs, scheduler) : EMPTY)),
    // Only its own answer: another subscriber's would be at an uneven time.
    switchMap(() => merge(measurements(client).pipe(take(1)), measuring(client))),
    scan<Measurement, Measured | undefined>((last, { peer, stats }) => {
      const before = last?.peer === peer ? last : undefined
      return { peer, stats, sample: sampleBetween(before?.stats, stats, before?.sample) }
    }, undefined),
    concatMap((measured) => (measured ? [measured.sample] : [])),
  )
}

interface Measurement {
  /** The peer connection, by its call, its epoch and its party. */
  readonly peer: string
  readonly stats: ConnectionStats
}

interface Measured extends Measurement {
  readonly sample: Sample
}

function measurements(client: CallClient): Observable<Measurement> {
  return client.event$.pipe(
    ofType('peer'),
    concatMap(({ event, callId, epoch, party }) =>
      event.type === 'stats'
        ? [{ peer: `${callId} ${epoch} ${party?.party ?? ''}`, stats: event.stats }]
        : [],
    ),
  )
}

const measuring = (client: CallClient): Observable<never> =>
  defer(() => {
    act(client, { type: 'measure' })
    return EMPTY
  })
