import {
  concat,
  concatMap,
  defer,
  finalize,
  map,
  Observable,
  of,
  Subject,
  switchMap,
  timer,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
} from 'rxjs'
import { CallError, select, type Behavior, type OutgoingMessage, type SignalingPort } from '../core/index.ts'
import type { SignalingEvent } from '../core/ports/index.ts'
import type { ActiveFaults } from './with-faults.ts'

/** A signaling port that loses its connection, and delays and doubles messages, as `active$` says. */
export function faultySignaling(
  port: SignalingPort,
  active$: Behavior<ActiveFaults>,
  doubled: () => void,
  scheduler: SchedulerLike,
): SignalingPort {
  const late = <T>() => inOrderAfter<T>(() => active$.value.delayMs, scheduler)
  const twice = (event: SignalingEvent): readonly SignalingEvent[] => {
    if (event.type !== 'message' || !active$.value.doublesNext) return [event]
    doubled()
    return [event, event]
  }
  return {
    connect: (outgoing$) =>
      new Observable((subscriber) => {
        let waiting: OutgoingMessage[] = []
        let sent$: Subject<OutgoingMessage> | undefined
        const connected$ = defer(() => {
          const live$ = (sent$ = new Subject())
          const first = waiting
          waiting = []
          const event$ = port.connect(concat(first, live$))
          return event$.pipe(
            finalize(() => {
              if (sent$ === live$) sent$ = undefined
            }),
          )
        })
        // As the port's contract says, the connection outlives an end or error of `outgoing$`.
        subscriber.add(
          outgoing$.pipe(late()).subscribe({
            next: (message) => {
              if (sent$) sent$.next(message)
              else waiting.push(message)
            },
            error: () => undefined,
          }),
        )
        subscriber.add(
          select(active$, ({ relayDropped }) => relayDropped)
            .pipe(
              switchMap((dropped) => (dropped ? of(lost) : connected$)),
              concatMap(twice),
              late(),
            )
            .subscribe(subscriber),
        )
      }),
  }
}

const lost: SignalingEvent = {
  type: 'connecting',
  error: new CallError('relay-unreachable', 'the connection was dropped on purpose'),
}

/** Emits each value as late as `ms` says when it arrives, and never before an earlier one. At once if nothing waits. */
const inOrderAfter =
  <T>(ms: () => number, scheduler: SchedulerLike): MonoTypeOperatorFunction<T> =>
  (source$) =>
    source$.pipe(
      map((value) => ({ value, due: scheduler.now() + ms() })),
      concatMap(({ value, due }) => {
        const wait = due - scheduler.now()
        return wait > 0 ? timer(wait, scheduler).pipe(map(() => value)) : of(value)
      }),
    )
