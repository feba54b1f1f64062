import {
  concatMap,
  concatWith,
  distinct,
  filter,
  map,
  merge,
  of,
  take,
  takeUntil,
  takeWhile,
  type Observable,
} from 'rxjs'
import { backoff, ofType } from '../../rx/operators.ts'
import type { Env, MediaRequest } from '../../ports/index.ts'
import { commonFeatures, featuresKey, type FeatureId } from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { kindsOf } from '../media-request.ts'
import { strayReply } from './stray-messages.ts'
import { send, type CallMessage, type CallOutput } from '../outputs.ts'

export interface CallerSources {
  /** Emits when the caller's media is live, so that nobody's phone rings for a caller who gets no camera. */
  readonly ready$: Observable<unknown>
  readonly message$: Observable<CallMessage>
  /** Messages from the callee's other devices, once one has answered. */
  readonly otherParty$: Observable<CallMessage>
  readonly media: MediaRequest
  /** The features that this side names in its invite; none by default. */
  readonly features?: readonly FeatureId[]
  readonly settings: Pick<CallSettings, 'ringMs' | 'ackMs' | 'maxAckMs'>
}

/**
 * The caller's side of call setup. Sends `invite` as soon as its media is live, and repeats it until the first reply.
 * Reports each device that rings, with the features that both sides named. Gives the call to the first one that
 * accepts (`select`), and cancels it on the others. Refusals, timeouts and giving up belong to `teardown`.
 *
 * @example
 * const media = { audio: true, video: false }
 * caller({ ready$: of(true), message$, otherParty$: NEVER, media, settings: defaultSettings }, env) // sends `invite`
 */
export function caller(
  { ready$, message$, otherParty$, media, features = [], settings }: CallerSources,
  { scheduler }: Env,
): Observable<CallOutput> {
  const invite = (ttlMs: number) =>
    send('invite', { media: kindsOf(media), ...featuresKey(features) }, { ttlMs })
  const elsewhere = { reason: 'answered-elsewhere' } as const
  return merge(
    ready$.pipe(
      take(1),
      concatMap(() => {
        const until = scheduler.now() + settings.ringMs
        const again$ = backoff(settings.ackMs, settings.maxAckMs, scheduler).pipe(
          map(() => until - scheduler.now()),
          // A client that slept may wake only when its time is over.
          takeWhile((ttlMs) => ttlMs > 0),
          map(invite),
          takeUntil(message$),
        )
        return of(invite(settings.ringMs)).pipe(concatWith(again$))
      }),
    ),
    message$.pipe(
      ofType('ringing'),
      map(({ from, body }): CallOutput => {
        const shared = commonFeatures(features, body.features)
        return { type: 'remote-ringing', remote: from, ...featuresKey(shared) }
      }),
    ),
    message$.pipe(
      ofType('accept'),
      take(1),
      concatMap(({ from }): CallOutput[] => [
        { type: 'answered', by: 'remote', remote: from },
        send('select', {}, { to: from }),
        send('cancel', elsewhere, { toOthersThan: from.party }),
      ]),
    ),
    otherParty$.pipe(
      filter(({ type }) => strayReply(type, 'elsewhere', true) === 'answered-elsewhere'),
      // Once per device: the channel retransmits it, and a device that keeps sending must not get another each time.
      distinct(({ from }) => from.party),
      map(({ from }) => send('cancel', elsewhere, { to: from })),
    ),
  )
}
