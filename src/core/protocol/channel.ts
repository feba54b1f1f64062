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
import { backoff } from '../operators.ts'
import type { Env } from '../ports/env.ts'
import { again, close, closedChannel, hear, open, say } from './channel-state.ts'
import type { ChannelOutput, ChannelState, Frame } from './channel-state.ts'

export type { ChannelOutput, Frame } from './channel-state.ts'

export interface ChannelSources<Out, In> {
  /** What this end says, each once. */
  readonly say$: Observable<Out>
  /** What came from the other end: lost, late, again or out of order as the way has it. */
  readonly frame$: Observable<Frame<In>>
  /** Whether the way is open: `resumes` has the other end told where to go on. It is closed at first. */
  readonly way$: Observable<{ readonly open: boolean; readonly resumes?: boolean }>
}

/** What an input, or the lack of an acknowledgement, leads to. */
export interface ChannelTurn<Out, In> {
  readonly outputs: readonly ChannelOutput<Out, In>[]
  /** How many values this end has said, and how many of them are not acknowledged. */
  readonly said: number
  readonly waiting: number
}

export interface ChannelSettings {
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
export function channel<Out, In>(
  { say$, frame$, way$ }: ChannelSources<Out, In>,
  { ackMs, maxAckMs, maxUnacked }: ChannelSettings,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<ChannelTurn<Out, In>> {
  type State = ChannelState<Out, In>
  const state$ = merge(
    way$.pipe(
      map(
        ({ open: isOpen, resumes = false }) =>
          (state: State) =>
            isOpen ? open(state, resumes) : close(state),
      ),
    ),
    frame$.pipe(map((frame) => (state: State) => hear(state, frame, { now: scheduler.now(), ackMs }))),
    say$.pipe(map((value) => (state: State) => say(state, value, maxUnacked))),
  ).pipe(
    scan((state, input) => input(state), closedChannel<Out, In>()),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
  const unanswered$ = state$.pipe(
    map(({ up, unacked }) => (up ? (unacked[0]?.seq ?? 0) : 0)),
    distinctUntilChanged(),
    switchMap((first) => (first === 0 ? EMPTY : backoff(ackMs, maxAckMs, scheduler))),
    withLatestFrom(state$),
    map(([, state]) => ({ ...state, outputs: again(state) })),
    // Without sources nothing can be acknowledged any more.
    takeUntil(state$.pipe(ignoreElements(), endWith(undefined))),
  )
  return merge(state$, unanswered$).pipe(
    map(({ outputs, said, unacked }) => ({ outputs, said, waiting: unacked.length })),
  )
}
