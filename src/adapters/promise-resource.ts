import { Observable } from 'rxjs'
import type { CallError } from '../core/errors.ts'

/**
 * Turns a promise into a resource: subscribing acquires it, unsubscribing releases it.
 *
 * Calls `acquire` at once on subscription, and emits its value. Never completes, because the resource is held until
 * unsubscription. Unsubscribing aborts the `signal` that `acquire` got, and releases the value. A value that arrives
 * after that is released at once and never emitted. If `acquire` rejects or throws, errors with the result of
 * `onError`, or with the original error.
 *
 * @example
 * const lock$ = promiseResource((signal) => open({ signal }), (file) => file.close())
 */
export function promiseResource<T>(
  acquire: (signal: AbortSignal) => Promise<T>,
  release: (value: T) => void,
  onError?: (thrown: unknown) => CallError,
): Observable<T> {
  return new Observable((subscriber) => {
    const abort = new AbortController()
    subscriber.add(() => abort.abort())

    // The executor runs synchronously, because some devices can be requested only while handling a click.
    new Promise<T>((resolve) => resolve(acquire(abort.signal))).then(
      (value) => {
        // If the subscriber is closed, this releases at once.
        subscriber.add(() => release(value))
        subscriber.next(value)
      },
      (thrown: unknown) => subscriber.error(onError ? onError(thrown) : thrown),
    )
  })
}
