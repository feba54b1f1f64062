import type { CallError } from '../errors.ts'
import type { CallEvent, PeerConnectionCommand } from '../events.ts'
import type { PeerId } from './peer-id.ts'
import type { Address, IncomingMessage, OutgoingMessage, OutgoingOf, MessageType } from '../protocol/index.ts'

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Whom a message is for, if that is not the other side as the call's state names it. */
interface DraftAddress {
  readonly to?: Address
  /** Every party of the callee that made contact before the answer, except this one. */
  readonly toOthersThan?: string
}

/** A message without its envelope: the call knows its own id, and to whom the message goes. */
export type MessageDraft = {
  [T in MessageType]: Pick<OutgoingOf<T>, 'type' | 'body' | 'ttlMs' | 'epoch'> & DraftAddress
}[MessageType]

type Common =
  | { readonly type: 'send'; readonly message: MessageDraft }
  | { readonly type: 'error'; readonly error: CallError }

type OfCall = Extract<CallEvent, { readonly callId: string }>
/** The events of one peer connection. */
type OfPeer = Extract<OfCall, PeerId>

/** The call cannot go on. Goes from a stage to `teardown` directly: the only event that comes of it is the end. */
export interface Failure {
  readonly type: 'capture-failed' | 'recovery-failed'
  readonly error: CallError
}

/** What a stage of a call emits; the call adds its id. */
export type CallOutput = DistributiveOmit<Exclude<OfCall, OfPeer>, 'callId'> | Common | Failure

/** What a stage emits that has to do with a peer connection; the call adds which one, too. */
export type StageOutput = CallOutput | DistributiveOmit<OfPeer, 'callId' | keyof PeerId>

/** The same with the peer connection filled in. */
export type OutputOfPeer = CallOutput | DistributiveOmit<OfPeer, 'callId'>

const ofPeer: readonly string[] = ['peer', 'peer-opened', 'peer-closed', 'command'] satisfies OfPeer['type'][]

/** Fills in the peer connection of an output about one, unless it names one itself. */
export function withPeer(output: StageOutput | OutputOfPeer, peer: PeerId): OutputOfPeer {
  return (
    ofPeer.includes(output.type) && !('epoch' in output) ? { ...output, ...peer } : output
  ) as OutputOfPeer
}

/**
 * Does the same for the outputs of a peer connection's own stages. Also stamps and addresses the messages that they
 * send.
 */
export function ofPeerConnection(output: StageOutput, peer: PeerId): OutputOfPeer {
  if (output.type !== 'send') return withPeer(output, peer)
  const { party, epoch } = peer
  return { type: 'send', message: { epoch, ...(party && { to: party }), ...output.message } }
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
export function command(value: PeerConnectionCommand): StageOutput {
  return { type: 'command', command: value }
}
