import { distinctUntilChanged, filter, map, NEVER, Observable, switchMap, take } from 'rxjs'
import { isOpen, type CallClient } from 'rxcall'

/** A client, and whatever belongs to it. */
export interface Owner {
  readonly client: CallClient
}

/**
 * One to take the place of `current`: made while no call is open, and emitted once it is online and knows who else is there.
 * Where a call of `current` comes first, it is closed, and the next one made when that call is over. So is it on
 * unsubscribing; once it is emitted, it is the subscriber's.
 */
export function successor<T extends Owner>(current: CallClient, make: () => T): Observable<T> {
  return current.state$.pipe(
    map(isOpen),
    distinctUntilChanged(),
    switchMap((open) => (open ? NEVER : ready(make))),
    take(1),
  )
}

function ready<T extends Owner>(make: () => T): Observable<T> {
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
