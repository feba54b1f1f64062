import { distinctUntilChanged, filter, interval, map, merge, type Observable, type SchedulerLike } from 'rxjs'
import { AWAKE_STEP_MS, awakeTimer } from '../../rx/awake-timer.ts'
import { ofType } from '../../rx/operators.ts'
import { reconcile } from '../../rx/reconcile.ts'
import type { CallError } from '../../errors.ts'
import type { PeerEvent, PeerOptions } from '../../ports/index.ts'
import type { CallSettings } from '../../settings.ts'
import type { CallMessage } from '../outputs.ts'
import type { CallState } from '../state.ts'

export interface RecoverySources {
  readonly role: PeerOptions['role']
  readonly peer$: Observable<PeerEvent>
  readonly opened$: Observable<{ readonly epoch: number }>
  readonly peerClosed$: Observable<ClosedPeer>
  readonly message$: Observable<CallMessage>
  /** The state of the call; replays the latest. */
  readonly state$: Observable<CallState>
  /** Whether the relay can be reached; replays the latest. */
  readonly online$: Observable<boolean>
  /** Emits when the caller's call is answered. */
  readonly answered$: Observable<unknown>
  readonly settings: Pick<CallSettings, 'recovery' | 'closeGraceMs' | 'negotiationMs'>
}

/** The peer connection of `epoch` is gone: closed by the other side, or (with an error) broken. */
export interface ClosedPeer {
  readonly epoch: number
  readonly error?: CallError
}

/**
 * How long an orderly close may turn out to be a hang-up, in milliseconds. When the other side hangs up, this side
 * sees the close at once. The `hang-up` goes through the relay, and arrives later.
 */
export const ORDERLY_CLOSE_MS = 1_000

/** The peer connection events that recovery uses. */
const judgedBy = ['connection-state', 'ice-connection-state', 'signaling-state', 'received'] as const

/** Everything that recovery reacts to: its one machine reduces over these. */
export type RecoveryInput =
  | Extract<PeerEvent, { type: (typeof judgedBy)[number] }>
  | { readonly type: 'opened'; readonly epoch: number }
  | ({ readonly type: 'closed' } & ClosedPeer)
  /** The other side asks for an ICE restart, or for a peer connection that replaces the one of `epoch`. */
  | { readonly type: 'asked'; readonly epoch: number; readonly restart: boolean; readonly replace: boolean }
  | { readonly type: 'answered' }
  | { readonly type: 'phase'; readonly phase: CallState['phase'] }
  | { readonly type: 'online'; readonly isOnline: boolean }
  | Elapsed

/** What a timer reports. */
export type Elapsed =
  /** {@link AWAKE_STEP_MS} milliseconds of a plan have passed. */
  | { readonly type: 'tick' }
  /** {@link ORDERLY_CLOSE_MS} have passed since the other side closed the connection, and the call is still open. */
  | { readonly type: 'left-open' }
  /** An offer of this side got no answer within `negotiationMs`. */
  | { readonly type: 'unanswered' }

/** What time is counted for at the moment. */
export interface Waits {
  /** There is a plan. */
  readonly plan: boolean
  /** The orderly close that may be the end of the call; another object is another close. */
  readonly close: object | undefined
  /** An offer waits for its answer. */
  readonly answer: boolean
}

/** The inputs from outside, in order. Only the side that makes the offers can be asked for something. */
export function outerInputs({
  role,
  peer$,
  opened$,
  peerClosed$,
  message$,
  state$,
  online$,
  answered$,
}: RecoverySources): Observable<RecoveryInput> {
  return merge(
    state$.pipe(map(({ phase }): RecoveryInput => ({ type: 'phase', phase }))),
    online$.pipe(map((isOnline): RecoveryInput => ({ type: 'online', isOnline }))),
    peer$.pipe(ofType(...judgedBy)),
    opened$.pipe(map(({ epoch }): RecoveryInput => ({ type: 'opened', epoch }))),
    peerClosed$.pipe(
      map(({ epoch, error }): RecoveryInput => ({ type: 'closed', epoch, ...(error && { error }) })),
    ),
    answered$.pipe(map((): RecoveryInput => ({ type: 'answered' }))),
    message$.pipe(
      ofType('renegotiate'),
      filter(() => role === 'offerer'),
      map(({ body, epoch = 0 }): RecoveryInput => {
        return { type: 'asked', epoch, restart: body.restart === true, replace: body.replace === true }
      }),
    ),
  )
}

/**
 * Emits elapsed time while there is something to wait for; otherwise no timer runs. Only time awake counts, because
 * the other side had no chance to act while this client slept.
 */
export function elapsed(
  waits$: Observable<Waits>,
  { negotiationMs }: RecoverySources['settings'],
  scheduler: SchedulerLike,
): Observable<Elapsed> {
  const timers: Record<keyof Waits, Observable<Elapsed>> = {
    plan: interval(AWAKE_STEP_MS, scheduler).pipe(map(() => ({ type: 'tick' }))),
    close: awakeTimer(ORDERLY_CLOSE_MS, scheduler).pipe(map(() => ({ type: 'left-open' }))),
    answer: awakeTimer(negotiationMs, scheduler).pipe(map(() => ({ type: 'unanswered' }))),
  }
  return waits$.pipe(
    distinctUntilChanged(
      (one, other) => one.plan === other.plan && one.close === other.close && one.answer === other.answer,
    ),
    map(({ plan, close, answer }) => [
      ...(plan ? [{ key: 'plan', timer$: timers.plan }] : []),
      ...(close ? [{ key: close, timer$: timers.close }] : []),
      ...(answer ? [{ key: 'answer', timer$: timers.answer }] : []),
    ]),
    reconcile(
      ({ key }) => key,
      ({ timer$ }) => timer$,
    ),
  )
}
