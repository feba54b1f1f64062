// @ts-check
import { Observable, Subject, filter, map, merge, share } from 'rxjs'

/**
 * Lets several clients answer to one name, over one connection to the relay. A client takes one call at a time. To the
 * relay all of them are one device. So each message goes to the client that has its call.
 *
 * @param {import('rxcall').SignalingPort} signaling
 * @param {(callId: unknown) => number} clientFor The number of the client that has this call, or is to have it.
 * @returns {(client: number) => import('rxcall').SignalingPort} The port of each client. The first to subscribe
 *   connects to the relay, and the last to leave disconnects.
 */
export function createSwitchboard(signaling, clientFor) {
  /** @type {Subject<import('rxcall').OutgoingMessage>} */
  const outgoing$ = new Subject()
  const routed$ = signaling.connect(outgoing$).pipe(
    map((event) => ({ event, to: 'message' in event ? clientFor(callIdOf(event.message)) : undefined })),
    share(),
  )

  return (client) => ({
    connect: (ours$) =>
      merge(
        routed$.pipe(
          filter(({ to }) => to === undefined || to === client),
          map(({ event }) => event),
        ),
        new Observable(() => ours$.subscribe((message) => outgoing$.next(message))),
      ),
  })
}

/** @param {unknown} message Nobody has checked it yet. */
const callIdOf = (message) =>
  typeof message === 'object' && message !== null && 'callId' in message ? message.callId : undefined
