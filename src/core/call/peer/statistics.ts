import { concatMap, map, merge, startWith, withLatestFrom, type Observable } from 'rxjs'
import type { CallAction } from '../../events.ts'
import { command, type StageOutput } from '../outputs.ts'

export interface StatisticsSources {
  readonly action$: Observable<Extract<CallAction, { type: 'measure' | 'limit-sending' }>>
  /** Emits when a peer connection accepts commands. */
  readonly opened$: Observable<unknown>
  readonly peerClosed$: Observable<unknown>
}

/**
 * Makes the present peer connection report its figures (`measure`), or limit the video that it sends
 * (`limit-sending`). Emits a command for each action. Without an open peer connection, an action does nothing.
 *
 * @example
 * statistics({ action$: of({ type: 'measure' }), opened$, peerClosed$ }) // emits the command `get-stats`
 */
export function statistics({ action$, opened$, peerClosed$ }: StatisticsSources): Observable<StageOutput> {
  const isOpen$ = merge(opened$.pipe(map(() => true)), peerClosed$.pipe(map(() => false))).pipe(
    startWith(false),
  )
  return action$.pipe(
    withLatestFrom(isOpen$),
    concatMap(([action, isOpen]) => {
      if (!isOpen) return []
      return [
        command(action.type === 'measure' ? { type: 'get-stats' } : { type: 'limit', limits: action.limits }),
      ]
    }),
  )
}
