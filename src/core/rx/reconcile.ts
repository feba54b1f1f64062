import { connect, filter, mergeMap, scan, takeUntil, type Observable, type OperatorFunction } from 'rxjs'

/**
 * Keeps a resource open for each item of the latest list: opened when an item of its key is there for the first time, closed
 * when none is there any more. Emits what the resources emit. When the list ends they go on; unsubscribing closes them.
 */
export function reconcile<T, R>(
  keyOf: (item: T) => unknown,
  open: (item: T) => Observable<R>,
): OperatorFunction<readonly T[], R> {
  const has = (items: readonly T[], item: T) => items.some((other) => keyOf(other) === keyOf(item))
  const nothing: { readonly items: readonly T[]; readonly fresh: readonly T[] } = { items: [], fresh: [] }
  return connect((items$) =>
    items$.pipe(
      scan(
        ({ items: before }, items) => ({ items, fresh: items.filter((item) => !has(before, item)) }),
        nothing,
      ),
      mergeMap(({ fresh }) => fresh),
      mergeMap((item) => open(item).pipe(takeUntil(items$.pipe(filter((items) => !has(items, item)))))),
    ),
  )
}
