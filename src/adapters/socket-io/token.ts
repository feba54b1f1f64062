import { catchError, defer, from, map, of, take, throwError, throwIfEmpty, type Observable } from 'rxjs'
import { CallError } from '../../core/errors.ts'

/** A token, or a source of tokens. */
export type TokenSource = string | (() => string | Observable<string> | Promise<string>)

/**
 * Emits the token for one connection and completes. Takes the first value of an Observable. If there is no token,
 * errors with `relay-unreachable`, which leads to a retry.
 */
export function tokenOf(source: TokenSource): Observable<string> {
  if (typeof source === 'string') return of(source)
  return defer(() => {
    const token = source()
    return typeof token === 'string' ? of(token) : from(token)
  }).pipe(
    take(1),
    throwIfEmpty(() => new TypeError('the source of the token ended without one')),
    map((token: unknown) => {
      if (typeof token === 'string' && token !== '') return token
      throw new TypeError(`the source of the token returned ${token === '' ? 'an empty text' : typeof token}`)
    }),
    catchError((thrown: unknown) => {
      const { message, cause } = CallError.from(thrown, 'relay-unreachable', 'no token for the relay')
      const error = new CallError('relay-unreachable', message, { cause, detail: { tokenSource: true } })
      return throwError(() => error)
    }),
  )
}
