import { connect, distinctUntilChanged, filter, map, merge, withLatestFrom, type Observable } from 'rxjs'
import { ofType } from '../operators.ts'
import type { Env, PeerEvent } from '../ports/index.ts'
import type { StageOutput } from './stage.ts'

export interface RecoverySources {
  readonly peer$: Observable<PeerEvent>
  /** Emits when the caller's call is answered. */
  readonly answered$: Observable<unknown>
}

/**
 * Whether the call's connection carries media: `linked` when it comes up, at first or again, `interrupted` when it is
 * `disconnected`, from which ICE may recover by itself (W3C WebRTC §5.6.4). The final states are for `teardown`.
 *
 * A connection may be up before the caller learns that its call was accepted, where the network brings the answer first.
 * While it rings that counts for nothing, so it is told again when the call is answered.
 */
export function recovery({ peer$, answered$ }: RecoverySources, env: Env): Observable<StageOutput> {
  return peer$.pipe(
    ofType('connection-state'),
    map(({ state }) => state),
    filter((state) => state === 'connected' || state === 'disconnected'),
    distinctUntilChanged(),
    connect((state$) => merge(state$, answered$.pipe(withLatestFrom(state$, (_, state) => state)))),
    map((state): StageOutput =>
      state === 'connected' ? { type: 'linked', at: env.scheduler.now() } : { type: 'interrupted' },
    ),
  )
}
