import type { CallError } from '../errors.ts'
import type { StageEvent } from '../events.ts'
import type { PeerCommand } from '../ports/index.ts'
import type { Address, IncomingMessage, OutgoingMessage, OutgoingOf, MessageType } from '../protocol/index.ts'

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Whom a letter is for, where that is not the other side as the call's state names it. */
interface DraftAddress {
  readonly to?: Address
  /** Every party of the callee that made contact before the answer, but for this one. */
  readonly toOthersThan?: string
}

/** A message without its envelope: the session knows which call it belongs to, and to whom it goes. */
export type MessageDraft = {
  [T in MessageType]: Pick<OutgoingOf<T>, 'type' | 'body' | 'ttlMs' | 'epoch'> & DraftAddress
}[MessageType]

type Said =
  | { readonly type: 'send'; readonly message: MessageDraft }
  | { readonly type: 'error'; readonly error: CallError }

/** The events of one peer connection. */
export type PeerOutputType = 'opened' | 'peer' | 'peer-closed' | 'command'
type OfPeer = Extract<StageEvent, { type: PeerOutputType }>

/** What a stage of a call emits; the session adds the call's id. */
export type CallOutput = DistributiveOmit<Exclude<StageEvent, OfPeer>, 'callId'> | Said

/** What a stage emits that has to do with a peer connection; the session adds the epoch of that one, too. */
export type StageOutput = CallOutput | DistributiveOmit<OfPeer, 'callId' | 'epoch'>

export type SessionOutput = CallOutput | DistributiveOmit<OfPeer, 'callId'>

/** What concerns a peer connection, as an output about the one of this epoch. */
export function inEpoch(output: StageOutput, epoch: number): SessionOutput {
  switch (output.type) {
    case 'opened':
    case 'peer':
    case 'peer-closed':
    case 'command':
      return { ...output, epoch }
    case 'send':
      return { type: 'send', message: { epoch, ...output.message } }
    default:
      return output
  }
}

/** A message of the call's other side, checked. */
export type CallMessage = IncomingMessage

/** A {@link StageOutput} that sends a message to the other side. */
export function send<T extends MessageType>(
  type: T,
  body: OutgoingOf<T>['body'],
  extra: Pick<OutgoingMessage, 'ttlMs' | 'epoch'> & DraftAddress = {},
): { readonly type: 'send'; readonly message: MessageDraft } {
  return { type: 'send', message: { type, body, ...extra } as MessageDraft }
}

/** A {@link StageOutput} that gives the peer connection a command. */
export function command(value: PeerCommand): StageOutput {
  return { type: 'command', command: value }
}
