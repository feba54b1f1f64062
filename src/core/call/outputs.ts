import type { CallError } from '../errors.ts'
import type { CallEvent, PeerConnectionCommand } from '../events.ts'
import type { PeerId } from './peer-id.ts'
import type { Address, IncomingMessage, OutgoingMessage, OutgoingOf, MessageType } from '../protocol/index.ts'

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** The recipient of a message, if that is not the other side in the call's state. */
interface DraftAddress {
  readonly to?: Address
  /** Every party of the callee that made contact before the answer, except this one. */
  readonly toOthersThan?: string
}

/** A message without its envelope: the call adds its id and the recipient. */
export type MessageDraft = {
  [T in MessageType]: Pick<OutgoingOf<T>, 'type' | 'body' | 'ttlMs' | 'epoch'> & DraftAddress
}[MessageType]

type Common =
  | { readonly type: 'send'; readonly message: MessageDraft }
  | { readonly type: 'error'; readonly error: CallError }

type OfCall = Extract<CallEvent, { readonly callId: string }>
/** The events of one peer connection. */
type OfPeer = Extract<OfCall, PeerId>

/** The call cannot continue. A stage sends this directly to `teardown`, so the only resulting event is the end. */
export interface Failure {
  readonly type: 'capture-failed' | 'recovery-failed'
  readonly error: CallError
}

/** What a stage of a call emits; the call adds its id. */
export type CallOutput = DistributiveOmit<Exclude<OfCall, OfPeer>, 'callId'> | Common | Failure

/** What a stage emits, also about a peer connection; the call then adds which one. */
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

/** A message from the call's other side, checked. */
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
