import { concatMap, map, merge, of, scan, startWith, take, withLatestFrom, type Observable } from 'rxjs'
import type { CallAction } from '../../events.ts'
import { ofType } from '../../rx/operators.ts'
import type { Env, MediaRequest } from '../../ports/index.ts'
import { send, type CallMessage, type CallOutput } from '../outputs.ts'

export interface CalleeSources {
  readonly accept$: Observable<Extract<CallAction, { type: 'accept' }>>
  readonly message$: Observable<CallMessage>
  /** What to capture where the action says nothing else. */
  readonly media: MediaRequest
  /** What the user wishes otherwise while it rings. */
  readonly wish$: Observable<Partial<MediaRequest>>
}

/**
 * The callee's way to a call. Says that it rings, sends `accept` when the user accepts, and reports when the caller gives
 * it the call (`select`). Before the user accepts nothing else leaves this side.
 */
export function callee({ accept$, message$, media, wish$ }: CalleeSources, env: Env): Observable<CallOutput> {
  return merge(
    of(send('ringing', {})),
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

/** The callee's way from glare: both called each other, so this side's call counts as accepted by both. */
export function acceptGlare({ message$ }: Pick<CalleeSources, 'message$'>, env: Env): Observable<CallOutput> {
  return merge(of(send('accept', {})), selected({ message$ }, env))
}

function selected({ message$ }: Pick<CalleeSources, 'message$'>, env: Env): Observable<CallOutput> {
  return message$.pipe(
    ofType('select'),
    take(1),
    map((): CallOutput => ({ type: 'selected', at: env.scheduler.now() })),
  )
}
