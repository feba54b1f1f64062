import { catchError, concatMap, defer, of, type Observable } from 'rxjs'
import { CallError } from './errors.ts'
import type { CallEvent } from './events.ts'
import type { SignalingEvent, SignalingPort } from './ports/index.ts'
import { IncomingMessage, parse, type OutgoingMessage } from './protocol/index.ts'

/**
 * Holds the connection to the relay. Sends what `send$` emits; emits `connection`, `roster`, `refused`, and `arrived` for
 * each message that is one of the protocol. Anything else is dropped with an `error`. A relay that will not have this
 * client is reported as the connection `refused`, and that is the last event.
 */
export function signaling(
  { send$ }: { readonly send$: Observable<OutgoingMessage> },
  port: SignalingPort,
): Observable<CallEvent> {
  return defer(() => port.connect(send$)).pipe(
    concatMap(toEvents),
    catchError((thrown: unknown) => {
      const error = CallError.from(thrown, 'relay-refused', 'the relay refused the connection')
      return of<CallEvent>({ type: 'connection', connection: { status: 'refused', error } })
    }),
  )
}

function toEvents(event: SignalingEvent): CallEvent[] {
  switch (event.type) {
    case 'connecting': {
      const { user, error } = event
      const connection = {
        status: 'connecting',
        ...(user !== undefined && { user }),
        ...(error && { error }),
      } as const
      return [{ type: 'connection', connection }]
    }
    case 'online':
      return [{ type: 'connection', connection: { status: 'online', self: event.self } }]
    case 'roster':
    case 'refused':
      return [event]
    case 'message': {
      const message = parse(IncomingMessage, event.message)
      if (message.ok) return [{ type: 'arrived', message: message.value }]
      return [
        {
          type: 'error',
          error: new CallError('invalid-message', `a message was dropped: ${message.problem}`),
        },
      ]
    }
  }
}
