import { concatMap, map, merge, of, scan, startWith, take, withLatestFrom, type Observable } from 'rxjs'
import type { CallAction } from '../../events.ts'
import { ofType } from '../../rx/operators.ts'
import type { Env, MediaRequest } from '../../ports/index.ts'
import { featuresKey, type FeatureId } from '../../protocol/index.ts'
import { send, type CallMessage, type CallOutput } from '../outputs.ts'

export interface CalleeSources {
  readonly accept$: Observable<Extract<CallAction, { type: 'accept' }>>
  readonly message$: Observable<CallMessage>
  /** What to capture unless the action names something else. */
  readonly media: MediaRequest
  /** The invite's features that this side also knows. */
  readonly features?: readonly FeatureId[] | undefined
  /** Changes that the user makes to `media` while the call rings. */
  readonly wish$: Observable<Partial<MediaRequest>>
}

/**
 * The callee's side of call setup. Sends `ringing` at once and `accept` when the user accepts, and emits `selected`
 * when the caller gives it the call. Nothing else leaves this side before the user accepts.
 *
 * @example
 * const media = { audio: true, video: false }
 * callee({ accept$, message$, media, wish$: NEVER }, env) // sends `ringing`, and `accept` after the user's action
 */
export function callee(
  { accept$, message$, media, features, wish$ }: CalleeSources,
  env: Env,
): Observable<CallOutput> {
  return merge(
    of(send('ringing', featuresKey(features))),
    accept$.pipe(
      take(1),
      withLatestFrom(
        wish$.pipe(
          scan((wanted, wish) => ({ ...wanted, ...wish }), media),
          startWith(media),
        ),
      ),
      concatMap(([action, wanted]): CallOutput[] => [
        { type: 'answered', by: 'local', media: action.media ?? wanted },
        send('accept', {}),
      ]),
    ),
    selected({ message$ }, env),
  )
}

/** Emits `selected` once the caller gives this side the call. */
export function selected({ message$ }: Pick<CalleeSources, 'message$'>, env: Env): Observable<CallOutput> {
  return message$.pipe(
    ofType('select'),
    take(1),
    map((): CallOutput => ({ type: 'selected', at: env.scheduler.now() })),
  )
}
