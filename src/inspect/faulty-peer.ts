import { merge, Observable, skip, Subject } from 'rxjs'
import { select, type Behavior, type PeerCommand, type PeerEvent, type PeerPort } from '../core/index.ts'
import type { ActiveFaults } from './with-faults.ts'

type StateEvent = Extract<PeerEvent, { readonly type: 'connection-state' | 'ice-connection-state' }>

const isState = (event: PeerEvent): event is StateEvent =>
  event.type === 'connection-state' || event.type === 'ice-connection-state'

/** What a peer connection says that loses its path. */
const disconnected: readonly StateEvent[] = [
  { type: 'ice-connection-state', state: 'disconnected' },
  { type: 'connection-state', state: 'disconnected' },
]

/** A peer port whose connections count as lost while `active$` says so. */
export function faultyPeer(port: PeerPort, active$: Behavior<ActiveFaults>): PeerPort {
  const lost$ = select(active$, ({ pathLost }) => pathLost)
  return {
    ...port,
    open: (options, command$) =>
      new Observable((subscriber) => {
        /** The latest states of the real connection. */
        const real = new Map<StateEvent['type'], StateEvent>()
        const data: PeerEvent[] = []
        const unsent: PeerCommand[] = []
        const later$ = new Subject<PeerCommand>()
        let bytes = 0

        const see = (event: PeerEvent) => {
          if (isState(event)) real.set(event.type, event)
          if (!lost$.value) {
            if (event.type === 'received') bytes = event.bytes
            subscriber.next(event)
          } else if (event.type === 'received') subscriber.next({ ...event, bytes })
          else if (event.type === 'data') data.push(event)
          else if (!isState(event)) subscriber.next(event)
        }
        const change = (lost: boolean) => {
          if (lost) {
            if (real.get('connection-state')?.state !== 'connected') return
            for (const event of disconnected) subscriber.next(event)
            return
          }
          for (const event of [...real.values(), ...data.splice(0)]) subscriber.next(event)
          for (const command of unsent.splice(0)) later$.next(command)
        }
        const sent$ = new Observable<PeerCommand>((commands) =>
          command$.subscribe({
            next: (command) => {
              if (lost$.value && command.type === 'send') unsent.push(command)
              else commands.next(command)
            },
            error: (thrown: unknown) => commands.error(thrown),
            complete: () => commands.complete(),
          }),
        )
        subscriber.add(
          port.open(options, merge(sent$, later$)).subscribe({
            next: see,
            error: (thrown: unknown) => subscriber.error(thrown),
            complete: () => subscriber.complete(),
          }),
        )
        subscriber.add(
          lost$.pipe(skip(1)).subscribe({
            next: change,
            error: (thrown: unknown) => subscriber.error(thrown),
          }),
        )
      }),
  }
}
