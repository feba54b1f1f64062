import { catchError, concatMap, defer, map, of, scan, type Observable } from 'rxjs'
import { CallError } from '../errors.ts'
import { isPowerOfTen } from '../rx/operators.ts'
import type { SignalingEvent, SignalingPort } from '../ports/index.ts'
import { featuresKey, IncomingMessage, parse, type OutgoingMessage } from '../protocol/index.ts'
import type { TransportEvent } from './transport-event.ts'

/**
 * The port's events, checked. `arrived` is a message as the network delivered it: perhaps repeated, late or out of
 * order.
 */
export type SignalingOutput =
  | Exclude<TransportEvent, { type: 'received' }>
  | { readonly type: 'arrived'; readonly message: IncomingMessage }

/**
 * Holds the connection to the relay. Sends what `send$` emits; emits `connection`, `roster`, `refused`, and `arrived`
 * for each message of the protocol. Anything else is dropped, with an `error` for the 1st, the 10th, the 100th and so
 * on. A relay that refuses this client is reported as the connection `refused`, and then this completes.
 */
export function signaling(
  { send$ }: { readonly send$: Observable<OutgoingMessage> },
  port: SignalingPort,
): Observable<SignalingOutput> {
  return defer(() => port.connect(send$)).pipe(
    map(checked),
    scan(countDropped, { count: 0, outputs: [] }),
    concatMap(({ outputs }) => outputs),
    catchError((thrown: unknown) => {
      const error = CallError.from(thrown, 'relay-refused', 'the relay refused the connection')
      return of<SignalingOutput>({ type: 'connection', connection: { status: 'refused', error } })
    }),
  )
}

interface Checked {
  /** How many messages were dropped so far. */
  readonly count: number
  readonly outputs: readonly SignalingOutput[]
}

function countDropped({ count }: Checked, event: SignalingOutput | string): Checked {
  if (typeof event !== 'string') return { count, outputs: [event] }
  return { count: count + 1, outputs: isPowerOfTen(count + 1) ? [dropped(event, count + 1)] : [] }
}

/** Returns the checked event, or why its message is not one of the protocol. */
function checked(event: SignalingEvent): SignalingOutput | string {
  switch (event.type) {
    case 'connecting': {
      const { user, error } = event
      const connection = {
        status: 'connecting',
        ...(user !== undefined && { user }),
        ...(error && { error }),
      } as const
      return { type: 'connection', connection }
    }
    case 'online':
      return {
        type: 'connection',
        connection: { status: 'online', self: event.self, ...featuresKey(event.features) },
      }
    case 'roster':
    case 'refused':
      return event
    case 'message': {
      const message = parse(IncomingMessage, event.message)
      return message.ok ? { type: 'arrived', message: message.value } : message.problem
    }
  }
}

function dropped(problem: string, count: number): SignalingOutput {
  const message =
    count === 1
      ? `a message was dropped: ${problem}`
      : `${count} messages were dropped, the last one because: ${problem}`
  return { type: 'error', error: new CallError('invalid-message', message) }
}
