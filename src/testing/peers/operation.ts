import { Observable } from 'rxjs'
import type { Done } from '../connection/virtual-connection.ts'

/**
 * An operation of a virtual connection as a cold Observable: subscribing starts it, it emits the result and completes,
 * or errors with an RtcError. Once started it cannot be cancelled, like a real one. Unsubscribing only ignores the
 * result.
 *
 * @example
 * operation<Description>((done) => connection.createOffer(done))
 */
export function operation<T>(start: (done: Done<T>) => void): Observable<T> {
  return new Observable((subscriber) => {
    start((error, result) => {
      if (error) {
        subscriber.error(error)
        return
      }
      subscriber.next(result as T)
      subscriber.complete()
    })
  })
}
