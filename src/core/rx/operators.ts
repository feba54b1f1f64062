import {
  concatMap,
  filter,
  Observable,
  take,
  type MonoTypeOperatorFunction,
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
 * Buffers the source's values until `open$` first emits. Then emits them in order, and every later one at once.
 * Buffers at most `max`, and drops the newest beyond that.
 */
export function holdUntil<T>(open$: Observable<unknown>, max: number): MonoTypeOperatorFunction<T> {
  return (source$) =>
    new Observable((subscriber) => {
      let held: T[] | undefined = []
      let isOpenable = true
      let isOver = false
      const error = (thrown: unknown) => subscriber.error(thrown)
      subscriber.add(
        open$.pipe(take(1)).subscribe({
          next() {
            const due = held ?? []
            held = undefined
            for (const value of due) subscriber.next(value)
          },
          error,
          complete() {
            isOpenable = false
            if (isOver) subscriber.complete()
          },
        }),
      )
      subscriber.add(
        source$.subscribe({
          next(value) {
            if (!held) subscriber.next(value)
            else if (held.length < max) held.push(value)
          },
          error,
          complete() {
            isOver = true
            if (!held || !isOpenable) subscriber.complete()
          },
        }),
      )
    })
}

/**
 * Emits the first value at once, alone in a list. Gathers the values that follow within `ms` into one list, emitted at
 * the end of that time. Nothing waits longer than `ms`, and a burst costs two lists.
 */
export function batch<T>(ms: number, scheduler: SchedulerLike): OperatorFunction<T, readonly T[]> {
  return (source$) =>
    new Observable((subscriber) => {
      let gathered: T[] | undefined
      const flush = () => {
        const due = gathered ?? []
        gathered = undefined
        if (due.length > 0) emit(due)
      }
      const emit = (values: readonly T[]) => {
        gathered = []
        subscriber.add(scheduler.schedule(flush, ms))
        subscriber.next(values)
      }
      subscriber.add(
        source$.subscribe({
          next(value) {
            if (gathered) gathered.push(value)
            else emit([value])
          },
          error: (thrown: unknown) => subscriber.error(thrown),
          complete() {
            if (gathered && gathered.length > 0) subscriber.next(gathered)
            subscriber.complete()
          },
        }),
      )
    })
}

/**
 * Emits what `project` makes of the 1st, 10th, 100th, 1000th … value and of how many there have been. For errors that
 * somebody else can cause endlessly: a million of them cost seven.
 */
export function sparsely<T, R>(project: (value: T, count: number) => R): OperatorFunction<T, R> {
  return concatMap((value, index) => (isPowerOfTen(index + 1) ? [project(value, index + 1)] : []))
}

/** 1, 10, 100 and so on: when something that may repeat endlessly is worth reporting. */
export const isPowerOfTen = (count: number): boolean => /^10*$/.test(String(count))

/**
 * Emits after `firstMs`, then after twice that time, and so on, endlessly. Each wait is at most `maxMs`; both are in
 * milliseconds.
 */
export function backoff(firstMs: number, maxMs: number, scheduler: SchedulerLike): Observable<number> {
  return new Observable((subscriber) => {
    let ms = firstMs
    subscriber.add(
      scheduler.schedule(function () {
        ms = Math.min(ms * 2, maxMs)
        // First, because the subscriber may unsubscribe when it gets the value.
        this.schedule(undefined, ms)
        subscriber.next(ms)
      }, ms),
    )
  })
}
