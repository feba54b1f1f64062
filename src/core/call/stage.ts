import type { CallError } from '../errors.ts'
import type { StageEvent } from '../events.ts'
import type { PeerCommand } from '../ports/index.ts'
import type { Address, IncomingMessage, OutgoingMessage, OutgoingOf, MessageType } from '../protocol/index.ts'

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** The addressee, where it is not the one whom the call's state names. */
interface LetterTo {
  readonly to?: Address
}

/** A message without its envelope: the session knows which call it belongs to, and to whom it goes. */
export type Letter = {
  [T in MessageType]: Pick<OutgoingOf<T>, 'type' | 'body' | 'ttlMs'> & LetterTo
}[MessageType]

/** What a stage of a call emits. The session adds the call's id. */
export type StageOutput =
  | DistributiveOmit<StageEvent, 'callId'>
  | { readonly type: 'send'; readonly message: Letter }
  | { readonly type: 'error'; readonly error: CallError }

/** A message of the call's other side, checked. */
export type CallMessage = IncomingMessage

/** A {@link StageOutput} that sends a message to the other side. */
export function send<T extends MessageType>(
  type: T,
  body: OutgoingOf<T>['body'],
  extra: Pick<OutgoingMessage, 'ttlMs'> & LetterTo = {},
): StageOutput {
  return { type: 'send', message: { type, body, ...extra } as Letter }
}

/** A {@link StageOutput} that gives the peer connection a command. */
export function command(value: PeerCommand): StageOutput {
  return { type: 'command', command: value }
}
