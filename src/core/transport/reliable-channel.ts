import {
  distinctUntilChanged,
  EMPTY,
  endWith,
  ignoreElements,
  map,
  merge,
  scan,
  shareReplay,
  switchMap,
  takeUntil,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import { backoff } from '../rx/operators.ts'
import type { Env } from '../ports/env.ts'
import { retransmissions, close, closedWindow, receive, open, push } from './sliding-window.ts'
import type { WindowOutput, SlidingWindow, Frame } from './sliding-window.ts'

export type { WindowOutput, Frame } from './sliding-window.ts'

export interface ReliableChannelSources<Out, In> {
  /** What this end says, each once. */
  readonly send$: Observable<Out>
  /** What came from the other end: lost, late, again or out of order as the way has it. */
  readonly frame$: Observable<Frame<In>>
  /** Whether the way is open: `resumes` has the other end told where to go on. It is closed at first. */
  readonly link$: Observable<{ readonly open: boolean; readonly resumes?: boolean }>
}

/** What an input, or the lack of an acknowledgement, leads to. */
export interface ReliableChannelTurn<Out, In> {
  readonly outputs: readonly WindowOutput<Out, In>[]
  /** How many values this end has said, and how many of them are not acknowledged. */
  readonly sent: number
  readonly waiting: number
}

export interface ReliableChannelSettings {
  /** How long an acknowledgement is waited for, in milliseconds, before everything unacknowledged is sent again. */
  readonly ackMs: number
  /** That time doubles up to this one. */
  readonly maxAckMs: number
  /** How many values may wait for their acknowledgement. */
  readonly maxUnacked: number
}

/**
 * One end of a channel that delivers every value exactly once and in order over a way that loses, repeats and reorders,
 * and is closed at times. It numbers what `say$` emits, keeps it until it is acknowledged and sends it again meanwhile; and
 * delivers what the other end says. Buffers are bounded on both sides, and so is what the other end can ask for: a `resume`
 * that acknowledges nothing is answered once within `ackMs`.
 *
 * Completes when its sources do. Unsubscribing ends every timer; what is not acknowledged is forgotten.
 */
export function reliableChannel<Out, In>(
  { send$: say$, frame$, link$: way$ }: ReliableChannelSources<Out, In>,
  { ackMs, maxAckMs, maxUnacked }: ReliableChannelSettings,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<ReliableChannelTurn<Out, In>> {
  type State = SlidingWindow<Out, In>
  const state$ = merge(
    way$.pipe(
      map(
        ({ open: isOpen, resumes = false }) =>
          (state: State) =>
            isOpen ? open(state, resumes) : close(state),
      ),
    ),
    frame$.pipe(map((frame) => (state: State) => receive(state, frame, { now: scheduler.now(), ackMs }))),
    say$.pipe(map((value) => (state: State) => push(state, value, maxUnacked))),
  ).pipe(
    scan((state, input) => input(state), closedWindow<Out, In>()),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
  const unanswered$ = state$.pipe(
    map(({ up, unacked }) => (up ? (unacked[0]?.seq ?? 0) : 0)),
    distinctUntilChanged(),
    switchMap((first) => (first === 0 ? EMPTY : backoff(ackMs, maxAckMs, scheduler))),
    withLatestFrom(state$),
    map(([, state]) => ({ ...state, outputs: retransmissions(state) })),
    // Without sources nothing can be acknowledged any more.
    takeUntil(state$.pipe(ignoreElements(), endWith(undefined))),
  )
  return merge(state$, unanswered$).pipe(
    map(({ outputs, sent, unacked }) => ({ outputs, sent, waiting: unacked.length })),
  )
}
