import type { PeerId } from './call/peer-id.ts'
import type { TrackKind } from './call/sent-media.ts'
import type { CallFact } from './call/state.ts'
import type { CallError } from './errors.ts'
import type { MediaRequest, PeerCommand, PeerEvent, PeerOptions, SendingLimits } from './ports/index.ts'
import type { IncomingMessage, MediaStatus, OutgoingMessage, QualityReport } from './protocol/index.ts'
import type { ConnectionState } from './transport/transport-event.ts'

export type { PeerId } from './call/peer-id.ts'
export type { LocalMedia, Muted, TrackKind } from './call/sent-media.ts'
export type { ConnectionState, TransportEvent } from './transport/transport-event.ts'

/** An action of the user. */
export type CallAction =
  | { readonly type: 'call'; readonly user: string; readonly media?: MediaRequest }
  | { readonly type: 'accept'; readonly media?: MediaRequest }
  | { readonly type: 'decline' }
  | { readonly type: 'hang-up' }
  /** Mute or unmute the microphone or the picture; the track stays live. */
  | { readonly type: 'mute'; readonly kind: TrackKind; readonly muted: boolean }
  /** Change what this side sends; an omitted kind stays as it is. */
  | { readonly type: 'media'; readonly change: Partial<MediaRequest> }
  /** Put the call on hold, so that neither side sends anything, or resume it. */
  | { readonly type: 'hold'; readonly held: boolean }
  /** Send a text. `id` names it in `messages$`: choose one that no other text of the call has. */
  | { readonly type: 'send'; readonly id: string; readonly text: string }
  /** Request the figures of the peer connection. The answer is a `stats` event, if the platform has statistics. */
  | { readonly type: 'measure' }
  /**
   * Tell the other side how well its media arrive. Sent only if both sides have the feature `quality`, and only while
   * the data channel is open.
   */
  | { readonly type: 'report-quality'; readonly report: QualityReport }
  /** Limit the video that this side sends over the present peer connection; `{}` lifts every limit. */
  | { readonly type: 'limit-sending'; readonly limits: SendingLimits }
  /** Leave permanently: hang up the open call, then leave the relay. */
  | { readonly type: 'close' }

/** One text of the call's chat. */
export interface TextMessage {
  /** Unique within the call: the one that {@link CallClient.send} returned, or `remote-1`, `remote-2` and so on. */
  readonly id: string
  readonly from: 'local' | 'remote'
  readonly text: string
  /** When it was written here or arrived here, as `Date.now()` gives it. */
  readonly at: number
  /**
   * Whether the other side has it. `sending`: not acknowledged yet, so it is sent again when necessary. `failed`: the
   * call ended first, so it may or may not have arrived. Texts from the other side are always `delivered`.
   */
  readonly delivery: 'sending' | 'delivered' | 'failed'
}

/** What is wrong with a connection, and what is being done about it. */
export interface Recovery {
  /**
   * - `disconnected`: nothing arrives.
   * - `failed`: every path has failed.
   * - `negotiation`: a description could not be applied or got no answer.
   * - `closed`: the other side closed the connection and has not hung up within a second.
   */
  readonly problem: 'disconnected' | 'failed' | 'negotiation' | 'closed'
  readonly step: 'wait' | 'restart' | 'replace'
  /** Counts the attempts of this step, from 1. */
  readonly attempt: number
  /** When the next step begins, or the call is given up, as `Date.now()` gives it; later if the client sleeps. */
  readonly until: number
}

/** About one peer connection of a call. */
interface OfPeer extends PeerId {
  readonly callId: string
}

/** Something that came from outside: from the user, or through a port. */
export type Input =
  | { readonly type: 'action'; readonly action: CallAction }
  | { readonly type: 'connection'; readonly connection: ConnectionState }
  /** No peer connection can be opened here, so there are no calls. */
  | { readonly type: 'unavailable'; readonly error: CallError }
  | { readonly type: 'roster'; readonly users: readonly string[] }
  /** A message from another party; if it is numbered, exactly once and in order. */
  | { readonly type: 'received'; readonly message: IncomingMessage }
  /** A message was refused, or could not be sent. */
  | { readonly type: 'refused'; readonly message: OutgoingMessage; readonly error: CallError }
  | (OfPeer & { readonly type: 'peer'; readonly event: PeerEvent })

/** Something that this client decided. The state is a fold over inputs and facts. */
export type Fact =
  | CallFact
  /** An invite does not ring, now or when it is repeated. */
  | { readonly type: 'dismissed'; readonly invite: { readonly callId: string; readonly user: string } }
  /** What the other side reports that it sends. */
  | { readonly type: 'remote-media'; readonly callId: string; readonly media: MediaStatus }
  /** A peer connection accepts commands from now on. */
  | (OfPeer & { readonly type: 'peer-opened'; readonly role: PeerOptions['role'] })
  /** The peer connection is gone: closed by the other side, or (with an error) broken. */
  | (OfPeer & { readonly type: 'peer-closed'; readonly error?: CallError })
  /** What is wrong with the connection and what is being tried; `null` when all is well again. */
  | { readonly type: 'recovering'; readonly callId: string; readonly recovery: Recovery | null }
  /** A text was written here or has arrived. One that was written here is emitted again once it is delivered. */
  | { readonly type: 'text'; readonly callId: string; readonly message: TextMessage }
  | { readonly type: 'error'; readonly error: CallError }

/** Something to do outside. Only the ports listen. */
export type Effect =
  /** A message for another party, emitted once: the transport makes sure that it arrives. */
  | { readonly type: 'send'; readonly message: OutgoingMessage }
  | (OfPeer & { readonly type: 'command'; readonly command: PeerConnectionCommand })

/**
 * A command for the peer connection. `replace` abandons it because of `error`: one of the next epoch takes its place.
 * The port carries out the other commands.
 */
export type PeerConnectionCommand = PeerCommand | { readonly type: 'replace'; readonly error: CallError }

/** Everything that happens in a client, as one closed union. */
export type CallEvent = Input | Fact | Effect

export type EventType = CallEvent['type']
