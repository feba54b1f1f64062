import { distinctUntilChanged, map, withLatestFrom, type Observable, type OperatorFunction } from 'rxjs'

/** What is so, rather than what happens: a stream that replays its latest value, and has it at hand as well. */
export interface Behavior<T> extends Observable<T> {
  readonly value: T
}

/** The part of `source$` that `project` takes. Emits it on subscribing, and again each time that it is another one. */
export function select<T, R>(source$: Behavior<T>, project: (value: T) => R): Behavior<R> {
  const part$ = source$.pipe(map(project), distinctUntilChanged())
  return Object.defineProperty(part$, 'value', { get: () => project(source$.value) }) as Behavior<R>
}

/**
 * Pairs each value with the latest of `other$`, as `withLatestFrom` does. Of a {@link Behavior} it reads the value, which costs
 * no subscription. That is most of the time of a stage that looks at the state at each event.
 */
export function withLatest<T, S>(other$: Observable<S>): OperatorFunction<T, [T, S]> {
  return isBehavior(other$) ? map((value) => [value, other$.value]) : withLatestFrom(other$)
}

const isBehavior = <T>(source$: Observable<T>): source$ is Behavior<T> => 'value' in source$
