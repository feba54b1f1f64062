import { delayWhen, filter, Observable, of, skip, take } from 'rxjs'
import { select, type Behavior, type PeerEvent, type PeerPort } from '../core/index.ts'
import type { ActiveFaults } from './with-faults.ts'

type StateEvent = Extract<PeerEvent, { readonly type: 'connection-state' | 'ice-connection-state' }>

const isState = (event: PeerEvent): event is StateEvent =>
  event.type === 'connection-state' || event.type === 'ice-connection-state'

/** What a peer connection reports when it loses its path. */
const disconnected: readonly StateEvent[] = [
  { type: 'ice-connection-state', state: 'disconnected' },
  { type: 'connection-state', state: 'disconnected' },
]

/** A peer port whose connections count as lost while `active$` says so. */
export function faultyPeer(port: PeerPort, active$: Behavior<ActiveFaults>): PeerPort {
  const lost$ = select(active$, ({ pathLost }) => pathLost)
  /** Emits at once, or when the path is back. */
  const back$ = lost$.pipe(
    filter((lost) => !lost),
    take(1),
  )
  return {
    ...port,
    open: (options, command$) =>
      new Observable((subscriber) => {
        /** The latest states of the real connection. */
        const real = new Map<StateEvent['type'], StateEvent>()
        let bytes = 0

        const see = (event: PeerEvent) => {
          if (isState(event)) real.set(event.type, event)
          if (!lost$.value) {
            if (event.type === 'received') bytes = event.bytes
            subscriber.next(event)
          } else if (event.type === 'received') subscriber.next({ ...event, bytes })
          else if (!isState(event)) subscriber.next(event)
        }
        const change = (lost: boolean) => {
          if (lost && real.get('connection-state')?.state !== 'connected') return
          for (const event of lost ? disconnected : real.values()) subscriber.next(event)
        }
        // Before the data that waits, so that the client knows first that the path is back.
        subscriber.add(
          lost$.pipe(skip(1)).subscribe({
            next: change,
            error: (thrown: unknown) => subscriber.error(thrown),
          }),
        )
        const sent$ = command$.pipe(delayWhen(({ type }) => (type === 'send' ? back$ : of(true))))
        subscriber.add(
          port
            .open(options, sent$)
            .pipe(delayWhen(({ type }) => (type === 'data' ? back$ : of(true))))
            .subscribe({
              next: see,
              error: (thrown: unknown) => subscriber.error(thrown),
              complete: () => subscriber.complete(),
            }),
        )
      }),
  }
}
