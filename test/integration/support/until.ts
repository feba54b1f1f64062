import { filter, map, take, tap, throwError, throwIfEmpty, timeout, type Observable } from 'rxjs'

/**
 * Resolves with the first value that `matches`. Rejects after `ms` milliseconds, and if `source$` errors or completes
 * before; the error says which of `what` was awaited, and what was seen last.
 */
export function until<T, U extends T>(
  source$: Observable<T>,
  matches: ((value: T) => value is U) | ((value: T) => boolean),
  what: string,
  ms = 10_000,
): Promise<U> {
  let last = 'nothing'
  const missed = (why: string) => new Error(`no ${what} ${why}; seen last: ${last}`)
  return new Promise((resolve, reject) => {
    source$
      .pipe(
        tap((value) => (last = describe(value))),
        filter((value) => matches(value)),
        map((value) => value as U),
        take(1),
        throwIfEmpty(() => missed('before the end')),
        timeout({ first: ms, with: () => throwError(() => missed(`within ${ms} ms`)) }),
      )
      .subscribe({ next: resolve, error: reject })
  })
}

function describe(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (part instanceof Error ? String(part) : part))
}
