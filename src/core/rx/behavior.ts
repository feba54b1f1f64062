import { map, Observable, withLatestFrom, type OperatorFunction } from 'rxjs'

/** What is so, rather than what happens: a stream that replays its latest value, and has it at hand as well. */
export interface Behavior<T> extends Observable<T> {
  readonly value: T
}

/** The part of `source$` that `project` takes. Emits it on subscribing, and again each time that it is another one. */
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
  return Object.defineProperty(part$, 'value', { get: () => project(source$.value) }) as Behavior<R>
}

/**
 * Pairs each value with the latest of `other$`, as `withLatestFrom` does. Of a {@link Behavior} it reads the value,
 * which costs no subscription: most stages look at the state at each event.
 */
export function withLatest<T, S>(other$: Observable<S>): OperatorFunction<T, [T, S]> {
  return isBehavior(other$) ? map((value) => [value, other$.value]) : withLatestFrom(other$)
}

const isBehavior = <T>(source$: Observable<T>): source$ is Behavior<T> => 'value' in source$
