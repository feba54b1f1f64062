import { Observable } from 'rxjs'
import type { CallError } from '../core/errors.ts'

/**
 * Turns a promise into a resource: subscribing acquires it, unsubscribing releases it.
 *
 * Calls `acquire` at once on subscription, and emits its value. Never completes, because the resource is held until
 * unsubscription. Unsubscribing aborts the `signal` that `acquire` got, and releases the value. A value that arrives
 * after that is released at once and never emitted. Errors with the result of `onError` for a rejection or a throw, or
 * with what was thrown.
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

    // The executor runs at once: a device may only be asked for while the user's click is being handled.
    new Promise<T>((resolve) => resolve(acquire(abort.signal))).then(
      (value) => {
        // On a closed subscriber this releases at once.
        subscriber.add(() => release(value))
        subscriber.next(value)
      },
      (thrown: unknown) => subscriber.error(onError ? onError(thrown) : thrown),
    )
  })
}
