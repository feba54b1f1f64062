import { map, Observable, ReplaySubject, withLatestFrom, type OperatorFunction } from 'rxjs'

/** A current state, as opposed to an event: a stream that replays its latest value, and exposes it as `value`. */
export interface Behavior<T> extends Observable<T> {
  readonly value: T
}

/**
 * A {@link Behavior} and what drives it. Unlike a BehaviorSubject it replays its latest value after it has completed, too.
 * Emits only values that differ from the one before.
 */
export function latestOf<T>(initial: T) {
  let value = initial
  const value$ = new ReplaySubject<T>(1)
  value$.next(initial)
  return {
    behavior$: withValue(value$.asObservable(), () => value),
    next(next: T) {
      if (next === value) return
      value = next
      value$.next(next)
    },
    error: (thrown: unknown) => value$.error(thrown),
    complete: () => value$.complete(),
  }
}

/**
 * Selects a part of `source$` with `project`. Emits it on subscribing, and again each time that it changes.
 *
 * @example
 * select(client.snapshot$, ({ roster }) => roster.length).subscribe((count) => showCount(count))
 */
export function select<T, R>(source$: Behavior<T>, project: (value: T) => R): Behavior<R> {
  const part$ = new Observable<R>((subscriber) => {
    let known: { readonly part: R } | undefined
    return source$.subscribe({
      next: (value) => {
        const part = project(value)
        if (known && part === known.part) return
        known = { part }
        subscriber.next(part)
      },
      error: (thrown: unknown) => subscriber.error(thrown),
      complete: () => subscriber.complete(),
    })
  })
  return withValue(part$, () => project(source$.value))
}

/**
 * Pairs each value with the latest of `other$`, as `withLatestFrom` does. From a {@link Behavior} it reads `value`,
 * which costs no subscription: most stages look at the state at each event.
 */
export function withLatest<T, S>(other$: Observable<S>): OperatorFunction<T, [T, S]> {
  return isBehavior(other$) ? map((value) => [value, other$.value]) : withLatestFrom(other$)
}

const withValue = <T>(source$: Observable<T>, get: () => T): Behavior<T> =>
  Object.defineProperty(source$, 'value', { get, enumerable: true }) as Behavior<T>

const isBehavior = <T>(source$: Observable<T>): source$ is Behavior<T> => 'value' in source$
