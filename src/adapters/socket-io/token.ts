import { catchError, defer, from, map, of, take, throwError, throwIfEmpty, type Observable } from 'rxjs'
import { CallError } from '../../core/errors.ts'

/** A token, or where to get one from. */
export type TokenSource = string | (() => string | Observable<string> | Promise<string>)

/**
 * The token for one connection: emits it once and completes. Of an Observable the first one counts. Where none can be
 * had it errors with `relay-unreachable`, which leads to another try.
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
      throw new TypeError(`the source of the token gave ${token === '' ? 'an empty text' : typeof token}`)
    }),
    catchError((thrown: unknown) => {
      const { message, cause } = CallError.from(thrown, 'relay-unreachable', 'no token for the relay')
      const error = new CallError('relay-unreachable', message, { cause, detail: { tokenSource: true } })
      return throwError(() => error)
    }),
  )
}
