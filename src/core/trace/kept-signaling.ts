import { Observable, Subject, type Subscriber, type Subscription } from 'rxjs'
import type { SignalingEvent, SignalingPort } from '../ports/index.ts'
import type { OutgoingMessage } from '../protocol/index.ts'

/** A connection to the relay that can outlive its subscriber. */
export interface KeptSignaling {
  /** Connects as `port` does. Accepts one subscriber at a time. */
  readonly port: SignalingPort
  /**
   * Keeps the connection while `replace` unsubscribes from it and subscribes again. The new subscriber gets the latest
   * state of the connection, and the roster.
   */
  keepWhile(replace: () => void): void
}

export function keptSignaling(port: SignalingPort): KeptSignaling {
  let isKept = false
  let connection: Subscription | undefined
  let sent$ = new Subject<OutgoingMessage>()
  let taker: Subscriber<SignalingEvent> | undefined
  let known: readonly SignalingEvent[] = []

  const remember = (event: SignalingEvent) => {
    if (event.type === 'online' || event.type === 'connecting') known = [event]
    if (event.type === 'roster') known = [...known.filter(({ type }) => type !== 'roster'), event]
  }
  const connect = () => {
    known = []
    sent$ = new Subject()
    const made = port.connect(sent$.asObservable()).subscribe({
      next: (event) => {
        remember(event)
        taker?.next(event)
      },
      error: (thrown: unknown) => taker?.error(thrown),
      complete: () => taker?.complete(),
    })
    connection = made
  }
  return {
    port: {
      connect: (outgoing$) =>
        new Observable((subscriber) => {
          const isNew = connection === undefined || connection.closed
          taker = subscriber
          // As the port's contract says, the connection outlives an end or error of `outgoing$`.
          subscriber.add(
            outgoing$.subscribe({ next: (message) => sent$.next(message), error: () => undefined }),
          )
          if (isNew) connect()
          subscriber.add(() => {
            if (taker === subscriber) taker = undefined
            if (isKept) return
            connection?.unsubscribe()
            connection = undefined
          })
          // Copies, as a replay would decode them. Otherwise a roster that is the same object would count as
          // unchanged.
          if (!isNew)
            for (const event of known)
              subscriber.next({ ...event, ...(event.type === 'roster' && { users: [...event.users] }) })
        }),
    },
    keepWhile(replace) {
      isKept = true
      try {
        replace()
      } finally {
        isKept = false
      }
    },
  }
}
