import { BehaviorSubject, Observable, Subject } from 'rxjs'
import type { Env, SignalingPort } from '../ports/index.ts'
import type { IncomingMessage, OutgoingMessage } from '../protocol/index.ts'
import { reliableSignaling, type ReliableSignalingSources } from './reliable-signaling.ts'
import { signaling, type SignalingOutput } from './signaling.ts'
import { limitStrangers } from './stranger-limit.ts'
import type { TransportEvent } from './transport-event.ts'

export type TransportSources = Omit<ReliableSignalingSources, 'arrived$' | 'online$'>

/**
 * Holds the connection to the relay, and delivers the messages of calls over it exactly once and in order. Frames,
 * acknowledgements, resumes and retransmissions circulate between the port and the channels, and never leave this
 * loop.
 *
 * While the relay can be reached, a message of `send$` reaches the port before its emission returns. When the relay
 * comes back, the channels resume before `online` is emitted. When it is lost, they stop sending before that is
 * emitted.
 *
 * Never completes, not even after the relay refused the client. Unsubscribing cancels every timer and leaves the relay.
 *
 * @example
 * transport(sources, socketIoSignaling({ name: 'alice' }), env)
 *   .pipe(ofType('received'))
 *   .subscribe(({ message }) => handle(message))
 */
export function transport(
  sources: TransportSources,
  port: SignalingPort,
  env: Env,
): Observable<TransportEvent> {
  return new Observable((subscriber) => {
    const transmit$ = new Subject<OutgoingMessage>()
    const arrived$ = new Subject<IncomingMessage>()
    const online$ = new BehaviorSubject(false)
    const error = (thrown: unknown) => subscriber.error(thrown)

    const fromPort = (event: SignalingOutput) => {
      if (event.type === 'arrived') {
        arrived$.next(event.message)
        return
      }
      if (event.type === 'connection') {
        const isOnline = event.connection.status === 'online'
        if (isOnline !== online$.value) online$.next(isOnline)
      }
      subscriber.next(event)
    }
    const known$ = limitStrangers({ arrived$, calls$: sources.calls$ }, env)
    subscriber.add(
      reliableSignaling({ ...sources, arrived$: known$, online$ }, env).subscribe({
        next: (output) => {
          if (output.type === 'transmit') transmit$.next(output.message)
          else subscriber.next(output)
        },
        error,
      }),
    )
    subscriber.add(signaling({ send$: transmit$ }, port).subscribe({ next: fromPort, error }))
  })
}
