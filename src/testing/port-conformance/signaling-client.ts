import { Observable, Subject, type Subscription } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { SignalingEvent, SignalingPort } from '../../core/ports/index.ts'
import { PROTOCOL_VERSION, type OutgoingMessage } from '../../core/protocol/index.ts'
import { ConformanceError } from '../conformance/waiting.ts'

/** Asks until the answer is null. */
export type Until = (missing: () => string | null) => Promise<void>

/** A client of a port. */
export interface SignalingClient {
  readonly port: SignalingPort
  readonly self: { readonly user: string; readonly party: string }
  send(to: OutgoingMessage['to'], seq: number, more?: object): OutgoingMessage
  /** Errors its stream of outgoing messages. */
  fail(thrown: unknown): void
  /** Completes its stream of outgoing messages. */
  end(): void
  /** Rejects if its port has failed or completed. */
  insistConnected(): void
  leave(): void
  /** Every message that it received. */
  readonly raw: () => readonly unknown[]
  readonly refused: () => readonly Extract<SignalingEvent, { type: 'refused' }>[]
  /** How many rosters it received. */
  readonly rosters: () => number
  /** Resolves once its roster has exactly these users. */
  sees(...users: string[]): Promise<void>
  /** Resolves once messages with these numbers have arrived, in this order, and nothing else. */
  receives(...numbers: number[]): Promise<void>
}

/** Connects a client, and passes its subscription to `opened`. Resolves once it is online. */
export async function connect(
  port: SignalingPort,
  until: Until,
  opened: (subscription: Subscription) => void,
): Promise<SignalingClient> {
  const outgoing$ = new Subject<OutgoingMessage>()
  const events: SignalingEvent[] = []
  let end: string | undefined
  const subscription = new Observable<SignalingEvent>((subscriber) =>
    port.connect(outgoing$.asObservable()).subscribe(subscriber),
  ).subscribe({
    next: (event) => events.push(event),
    error: (thrown: unknown) => (end = `refused: ${describe(thrown)}`),
    complete: () => (end = 'the port has completed, and must not'),
  })
  opened(subscription)
  const of = <T extends SignalingEvent['type']>(type: T) =>
    events.filter((event): event is Extract<SignalingEvent, { type: T }> => event.type === type)
  const insistConnected = () => {
    if (end !== undefined) throw new ConformanceError(end)
  }
  await until(() => {
    insistConnected()
    return of('online').length > 0 ? null : 'it does not come online'
  })
  const self = of('online').at(-1)?.self ?? { user: '', party: '' }
  const numbers = () => of('message').map(({ message }) => (message as { seq?: number }).seq)
  return {
    port,
    self,
    send: (to, seq, more = {}) => {
      const known = { v: PROTOCOL_VERSION, type: 'ringing', callId: 'c'.repeat(32) } as const
      const message: OutgoingMessage = { ...known, to, seq, body: {}, ...more }
      outgoing$.next(message)
      return message
    },
    fail: (thrown) => outgoing$.error(thrown),
    end: () => outgoing$.complete(),
    insistConnected,
    leave: () => subscription.unsubscribe(),
    raw: () => of('message').map(({ message }) => message),
    refused: () => of('refused'),
    rosters: () => of('roster').length,
    sees: (...users) =>
      until(() => {
        const roster = of('roster').at(-1)?.users ?? []
        return roster.join() === users.join()
          ? null
          : `${self.user} sees ${list(roster)} in the roster, and not ${list(users)}`
      }),
    receives: (...expected) =>
      until(() =>
        numbers().join() === expected.join()
          ? null
          : `${self.user} received the messages ${list(numbers())}, and not ${list(expected)}`,
      ),
  }
}

const list = (values: readonly unknown[]) => (values.length === 0 ? 'nothing' : values.join(', '))
const describe = (thrown: unknown) =>
  CallError.is(thrown) ? `${thrown.code}: ${thrown.message}` : String(thrown)
