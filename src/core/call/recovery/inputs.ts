import {
  distinctUntilChanged,
  EMPTY,
  filter,
  interval,
  map,
  merge,
  switchMap,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import { AWAKE_STEP_MS } from '../../rx/awake-timer.ts'
import { ofType } from '../../rx/operators.ts'
import type { PeerEvent, PeerOptions } from '../../ports/index.ts'
import type { CallSettings } from '../../settings.ts'
import { lostConnections, type Unlinked } from './orderly-close.ts'
import type { Recovery } from './plan.ts'
import type { CallMessage } from '../outputs.ts'

export interface PathRecoverySources {
  readonly role: PeerOptions['role']
  readonly peer$: Observable<PeerEvent>
  readonly opened$: Observable<{ readonly epoch: number }>
  readonly unlinked$: Observable<Unlinked>
  readonly message$: Observable<CallMessage>
  /** What this stage has said last, by way of the loop: time is counted only while there is something to recover. */
  readonly recovering$: Observable<{ readonly recovery: Recovery | null }>
  readonly settings: Pick<CallSettings, 'recovery' | 'closeGraceMs'>
}

/** What the recovery of a path hears of. */
export type RecoveryInput =
  | { readonly type: 'state'; readonly state: RTCPeerConnectionState }
  | { readonly type: 'tick' }
  | { readonly type: 'received'; readonly bytes: number }
  | { readonly type: 'opened'; readonly epoch: number }
  | ({ readonly type: 'lost' } & Unlinked)
  | { readonly type: 'restart-asked' }
  | { readonly type: 'agreed' }

/** All that the recovery of a path hears of, in order. */
export function recoveryInputs(
  { role, peer$, opened$, unlinked$, message$, recovering$ }: PathRecoverySources,
  scheduler: SchedulerLike,
): Observable<RecoveryInput> {
  const tick$ = recovering$.pipe(
    map(({ recovery }) => recovery !== null),
    distinctUntilChanged(),
    switchMap((active) => (active ? interval(AWAKE_STEP_MS, scheduler) : EMPTY)),
    map((): RecoveryInput => ({ type: 'tick' })),
  )
  return merge(
    peer$.pipe(
      ofType('connection-state'),
      map(({ state }): RecoveryInput => ({ type: 'state', state })),
    ),
    peer$.pipe(
      filter((event) => event.type === 'ice-connection-state' && event.state === 'failed'),
      map((): RecoveryInput => ({ type: 'state', state: 'failed' })),
    ),
    peer$.pipe(ofType('received')),
    peer$.pipe(
      filter((event) => event.type === 'signaling-state' && event.state === 'stable'),
      map((): RecoveryInput => ({ type: 'agreed' })),
    ),
    opened$.pipe(map(({ epoch }): RecoveryInput => ({ type: 'opened', epoch }))),
    lostConnections(unlinked$, opened$, scheduler).pipe(
      map(({ epoch, error }): RecoveryInput => ({
        type: 'lost',
        epoch,
        ...(error && { error }),
      })),
    ),
    message$.pipe(
      ofType('renegotiate'),
      filter(({ body }) => body.restart === true && role === 'offerer'),
      map((): RecoveryInput => ({ type: 'restart-asked' })),
    ),
    tick$,
  )
}
