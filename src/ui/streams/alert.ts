import { distinctUntilChanged, filter, map, merge, startWith, type Observable } from 'rxjs'
import type { CallClient, CallError } from 'rxcall'

/**
 * The error to show, if there is one: the latest, until it is dismissed or the next call begins. That the relay is away
 * is none, since it comes back by itself and the connection's own notice says so.
 */
export function alert(
  { error$, event$ }: Pick<CallClient, 'error$' | 'event$'>,
  dismiss$: Observable<unknown>,
): Observable<CallError | undefined> {
  const begun$ = event$.pipe(filter(({ type }) => type === 'dialled' || type === 'rang'))
  return merge(
    error$.pipe(filter(({ code }) => code !== 'relay-unreachable')),
    merge(begun$, dismiss$).pipe(map(() => undefined)),
  ).pipe(startWith(undefined), distinctUntilChanged())
}
