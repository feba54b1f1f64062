import type {
  IncomingMessage,
  IncomingOf,
  MessageType,
  OutgoingMessage,
  OutgoingOf,
} from '../../../src/core/index.ts'
import { alice, bob, callId } from './parties.ts'

/** A message from bob to alice about {@link callId}, as the relay delivers it. `changed` overrides keys. */
export function incoming<T extends MessageType>(
  type: T,
  body: IncomingOf<T>['body'],
  changed: Partial<Pick<IncomingMessage, 'callId' | 'from' | 'to' | 'ageMs' | 'ttlMs' | 'epoch'>> = {},
): IncomingOf<T> {
  return { v: 1, type, callId, to: alice, from: bob, ageMs: 0, body, ...changed } as unknown as IncomingOf<T>
}

/** A message from alice to bob about {@link callId}, as the relay accepts it. `changed` overrides keys. */
export function outgoing<T extends MessageType>(
  type: T,
  body: OutgoingOf<T>['body'],
  changed: Partial<Pick<OutgoingMessage, 'callId' | 'to' | 'ttlMs' | 'epoch'>> = {},
): OutgoingOf<T> {
  return { v: 1, type, callId, to: bob, body, ...changed } as unknown as OutgoingOf<T>
}
