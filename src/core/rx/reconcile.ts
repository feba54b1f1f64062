import { Observable, Subscription, type OperatorFunction } from 'rxjs'

/**
 * Keeps a resource open for each item of the latest list. Opens it when an item with its key first appears, and
 * closes it when none is left. Emits what the resources emit. When the list completes, they stay open; unsubscribing
 * closes them.
 */
export function reconcile<T, R>(
  keyOf: (item: T) => unknown,
  open: (item: T) => Observable<R>,
): OperatorFunction<readonly T[], R> {
  return (list$) =>
    new Observable((subscriber) => {
      const running = new Map<unknown, Subscription>()
      /** Keys in the list whose resource has completed. It is not opened again while the item stays. */
      const finished = new Set<unknown>()
      let latest: readonly T[] = []
      let isOver = false
      const completeIfDone = () => {
        if (isOver && running.size === 0) subscriber.complete()
      }
      const start = (key: unknown, item: T) => {
        const resource = new Subscription()
        running.set(key, resource)
        subscriber.add(resource)
        resource.add(
          open(item).subscribe({
            next: (value) => subscriber.next(value),
            error: (thrown: unknown) => subscriber.error(thrown),
            complete() {
              subscriber.remove(resource)
              finished.add(key)
              running.delete(key)
              completeIfDone()
            },
          }),
        )
      }
      subscriber.add(
        list$.subscribe({
          next(items) {
            latest = items
            const keys = new Set(items.map(keyOf))
            for (const key of [...finished]) if (!keys.has(key)) finished.delete(key)
            for (const [key, resource] of [...running]) {
              if (keys.has(key)) continue
              running.delete(key)
              resource.unsubscribe()
              subscriber.remove(resource)
            }
            for (const item of items) {
              // What a resource emitted at once may have led to another list.
              if (items !== latest) return
              const key = keyOf(item)
              if (!running.has(key) && !finished.has(key)) start(key, item)
            }
          },
          error: (thrown: unknown) => subscriber.error(thrown),
          complete() {
            isOver = true
            completeIfDone()
          },
        }),
      )
    })
}
