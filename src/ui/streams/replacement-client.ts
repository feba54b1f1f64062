import { distinctUntilChanged, filter, map, NEVER, Observable, switchMap, take } from 'rxjs'
import { isOpen, type CallClient } from 'rxcall'

/** A client, with whatever belongs to it. */
export interface ClientOwner {
  readonly client: CallClient
}

/**
 * Makes a client to replace `current` while no call is open. Emits it once it is online and has the roster. If a call
 * of `current` begins first, closes the new client, and makes another when that call is over. Unsubscribing closes it,
 * too. Once emitted, it belongs to the subscriber.
 */
export function replacementClient<T extends ClientOwner>(current: CallClient, make: () => T): Observable<T> {
  return current.state$.pipe(
    map(isOpen),
    distinctUntilChanged(),
    switchMap((open) => (open ? NEVER : ready(make))),
    take(1),
  )
}

function ready<T extends ClientOwner>(make: () => T): Observable<T> {
  return new Observable<T>((subscriber) => {
    const made = make()
    let handedOver = false
    subscriber.add(() => {
      if (!handedOver) made.client.close()
    })
    return made.client.event$
      .pipe(
        filter(({ type }) => type === 'roster'),
        take(1),
      )
      .subscribe(() => {
        handedOver = true
        subscriber.next(made)
      })
  })
}
