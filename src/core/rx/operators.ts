import {
  buffer,
  concatMap,
  connect,
  expand,
  filter,
  map,
  merge,
  of,
  scan,
  skip,
  take,
  throttleTime,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs'
import { isTyped } from './event-bus.ts'

/** Emits the values whose `type` is one of `types`, narrowed to them. */
export function ofType<T extends string>(
  ...types: readonly T[]
): <E extends { readonly type: string }>(
  event$: Observable<E>,
) => Observable<Extract<E, { readonly type: T }>> {
  return <E extends { readonly type: string }>(event$: Observable<E>) => {
    type Wanted = Extract<E, { readonly type: T }>
    if (isTyped(event$)) return event$.of(types) as Observable<Wanted>
    return event$.pipe(filter((event): event is Wanted => (types as readonly string[]).includes(event.type)))
  }
}

/**
 * Holds the values of the source back until `open$` first emits; then emits them in order, and every later one at once.
 * At most `max` are held: the newest beyond that are dropped.
 */
export function holdUntil<T>(open$: Observable<unknown>, max: number): MonoTypeOperatorFunction<T> {
  interface Gate {
    readonly open: boolean
    readonly held: readonly T[]
    readonly released: readonly T[]
  }
  const closed: Gate = { open: false, held: [], released: [] }
  const opening = (gate: Gate): Gate => ({ open: true, held: [], released: gate.held })
  const arriving =
    (value: T) =>
    (gate: Gate): Gate => {
      if (gate.open) return { ...gate, released: [value] }
      return gate.held.length < max ? { ...gate, held: [...gate.held, value] } : gate
    }
  return (source$) =>
    merge(
      open$.pipe(
        take(1),
        map(() => opening),
      ),
      source$.pipe(map(arriving)),
    ).pipe(
      scan((gate, step) => step(gate), closed),
      concatMap((gate) => gate.released),
    )
}

/**
 * Emits the first value at once, alone in a list, and gathers those that follow within `ms` into one list, emitted at
 * the end of that time. Nothing waits longer than `ms`, and a burst costs two lists.
 */
export function batch<T>(ms: number, scheduler: SchedulerLike): OperatorFunction<T, readonly T[]> {
  return connect((value$) =>
    value$.pipe(
      buffer(value$.pipe(throttleTime(ms, scheduler, { leading: true, trailing: true }))),
      // `buffer` emits what is left when the source ends, also when nothing is.
      filter((values) => values.length > 0),
    ),
  )
}

/**
 * Emits what `project` makes of the 1st, 10th, 100th, 1000th … value and of how many there have been. For errors that somebody else
 * can cause without end: a million of them cost seven.
 */
export function sparsely<T, R>(project: (value: T, count: number) => R): OperatorFunction<T, R> {
  return concatMap((value, index) => (isPowerOfTen(index + 1) ? [project(value, index + 1)] : []))
}

const isPowerOfTen = (count: number): boolean => /^10*$/.test(String(count))

/** Emits after `firstMs`, then after twice that time, and so on, in milliseconds, each wait at most `maxMs`; without end. */
export function backoff(firstMs: number, maxMs: number, scheduler: SchedulerLike): Observable<number> {
  return of(firstMs).pipe(
    expand((ms) => timer(ms, scheduler).pipe(map(() => Math.min(ms * 2, maxMs)))),
    skip(1),
  )
}
