import { Observable, Subject, Subscription, type OperatorFunction } from 'rxjs'

export interface MergeMapByKeyOptions<T, R> {
  readonly key: (value: T) => string
  /** Whether a value of a key that is not open opens it. */
  readonly opens: (value: T) => boolean
  /** The stream of one key. Gets the values of that key, the first included, until it completes. */
  readonly open: (value$: Observable<T>, first: T) => Observable<R>
  /** What is emitted for a value that opens no key. */
  readonly otherwise: (value: T) => readonly R[]
  /**
   * The maximum number of open keys. Beyond it, a new key closes the one with the least `worth`, of several the
   * oldest. A key worth `Infinity` is never closed; if all are, the value is dropped.
   */
  readonly max: number
  /** What the key that `first` opened is worth now that `value` needs room. */
  readonly worth: (first: T, value: T) => number
  /** Gets the number of open keys whenever it changes. */
  readonly size$?: Pick<Subject<number>, 'next'> | undefined
}

interface Group<T> {
  readonly first: T
  readonly value$: Subject<T>
  readonly running: Subscription
}

/**
 * A stream for each key, merged. Unlike `groupBy`, a key ends when its own stream completes, and the number of keys
 * is bounded. An error of one key is an error of the whole. Completes when the source and every key have completed.
 */
export function mergeMapByKey<T, R>({
  key: keyOf,
  opens,
  open,
  otherwise,
  max,
  worth,
  size$,
}: MergeMapByKeyOptions<T, R>): OperatorFunction<T, R> {
  return (source$) =>
    new Observable((subscriber) => {
      const groups = new Map<string, Group<T>>()
      let isOver = false
      const close = (key: string) => {
        const group = groups.get(key)
        groups.delete(key)
        group?.running.unsubscribe()
        size$?.next(groups.size)
      }
      /** Whether there is room for one more. */
      const makeRoom = (value: T): boolean => {
        if (groups.size < max) return true
        let least: { readonly key?: string; readonly worth: number } = { worth: Infinity }
        for (const [key, { first }] of groups) {
          const its = worth(first, value)
          if (its < least.worth) least = { key, worth: its }
        }
        if (least.key !== undefined) close(least.key)
        return least.key !== undefined
      }
      const begin = (key: string, value: T): Subject<T> => {
        const value$ = new Subject<T>()
        const running = new Subscription()
        groups.set(key, { first: value, value$, running })
        size$?.next(groups.size)
        subscriber.add(running)
        running.add(
          open(value$, value).subscribe({
            next: (result) => subscriber.next(result),
            error: (thrown: unknown) => subscriber.error(thrown),
            complete: () => {
              if (groups.get(key)?.value$ === value$) {
                groups.delete(key)
                size$?.next(groups.size)
              }
              subscriber.remove(running)
              if (isOver && groups.size === 0) subscriber.complete()
            },
          }),
        )
        return value$
      }
      subscriber.add(() => size$?.next(0))
      subscriber.add(
        source$.subscribe({
          next(value) {
            const key = keyOf(value)
            const known = groups.get(key)?.value$
            if (known) known.next(value)
            else if (opens(value)) {
              if (makeRoom(value)) begin(key, value).next(value)
            } else for (const result of otherwise(value)) subscriber.next(result)
          },
          error: (thrown: unknown) => subscriber.error(thrown),
          complete() {
            isOver = true
            for (const { value$ } of [...groups.values()]) value$.complete()
            if (groups.size === 0) subscriber.complete()
          },
        }),
      )
    })
}
