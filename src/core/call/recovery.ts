import { distinctUntilChanged, filter, map, type Observable } from 'rxjs'
import { ofType } from '../operators.ts'
import type { Env, PeerEvent } from '../ports/index.ts'
import type { StageOutput } from './stage.ts'

export interface RecoverySources {
  readonly peer$: Observable<PeerEvent>
}

/**
 * Whether the call's connection carries media: `linked` when it comes up, at first or again, `interrupted` when it is
 * `disconnected`, from which ICE may recover by itself (W3C WebRTC §5.6.4). The final states are for `teardown`.
 */
export function recovery({ peer$ }: RecoverySources, env: Env): Observable<StageOutput> {
  return peer$.pipe(
    ofType('connection-state'),
    map(({ state }) => state),
    filter((state) => state === 'connected' || state === 'disconnected'),
    distinctUntilChanged(),
    map((state): StageOutput =>
      state === 'connected' ? { type: 'linked', at: env.scheduler.now() } : { type: 'interrupted' },
    ),
  )
}
