import { catchError, concatMap, defer, ignoreElements, map, throwError, type Observable } from 'rxjs'
import { CallError, reasonOf, type NegotiationOperation } from '../errors.ts'
import type { Description } from '../ports/index.ts'
import type { NegotiationPort } from './port.ts'

/** What negotiation does with a connection. Each errors with a CallError `negotiation-failed` that names the operation. */
export interface Operations {
  /** Emits the offer once it is this side's description. */
  readonly makeOffer: () => Observable<Description>
  /** Emits the answer once it is this side's description. */
  readonly makeAnswer: () => Observable<Description>
  readonly rollBack: () => Observable<never>
  readonly setRemote: (description: Description) => Observable<never>
}

export function operations(port: NegotiationPort): Operations {
  const setLocal = (description: Description): Observable<Description> =>
    named('setLocalDescription', () => port.setLocalDescription(description)).pipe(map(() => description))
  return {
    makeOffer: () => named('createOffer', () => port.createOffer()).pipe(concatMap(setLocal)),
    makeAnswer: () => named('createAnswer', () => port.createAnswer()).pipe(concatMap(setLocal)),
    rollBack: () => named('rollBack', () => port.rollBack()).pipe(ignoreElements()),
    setRemote: (description) =>
      named('setRemoteDescription', () => port.setRemoteDescription(description)).pipe(ignoreElements()),
  }
}

function named<T>(operation: NegotiationOperation, run: () => Observable<T>): Observable<T> {
  return defer(run).pipe(
    catchError((thrown: unknown) => {
      const message = `${operation} was refused${reasonOf(thrown)}`
      return throwError(
        () => new CallError('negotiation-failed', message, { cause: thrown, detail: { operation } }),
      )
    }),
  )
}
