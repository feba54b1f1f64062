import type { Recovery } from './call/recovery/plan.ts'
import type { CallFact } from './call/state.ts'
import type { CallError } from './errors.ts'
import type { MediaRequest, PeerCommand, PeerEvent, PeerOptions } from './ports/index.ts'
import type { MediaStatus, OutgoingMessage } from './protocol/index.ts'
import type { TransportEvent } from './transport/transport-event.ts'

export type { ConnectionState, TransportEvent } from './transport/transport-event.ts'

/** What the user does. */
export type CallAction =
  | { readonly type: 'call'; readonly user: string; readonly media?: MediaRequest }
  | { readonly type: 'accept'; readonly media?: MediaRequest }
  | { readonly type: 'decline' }
  | { readonly type: 'hang-up' }
  /** Silence the microphone or blacken the camera, or give it back; the track goes on. */
  | { readonly type: 'mute'; readonly kind: TrackKind; readonly muted: boolean }
  /** Change what this side sends; a kind left out stays as it is. */
  | { readonly type: 'media'; readonly change: Partial<MediaRequest> }
  /** Put the call on hold, so that neither side sends anything, or take it up again. */
  | { readonly type: 'hold'; readonly held: boolean }
  | { readonly type: 'send'; readonly text: string }
  /** Leave for good: an open call is hung up, then the relay is left. */
  | { readonly type: 'close' }

export type TrackKind = 'audio' | 'video'

/** One text of the call's chat. */
export interface TextMessage {
  readonly from: 'local' | 'remote'
  readonly text: string
  /** Scheduler time in milliseconds at which it was written here or arrived here. */
  readonly at: number
}

/** What happens in a call, as its stages report it. Each belongs to the call of `callId`. */
export type StageEvent =
  | CallFact
  /** A capture is there, has lost a track, or has one that the system muted or unmuted; they are numbered in each call. */
  | {
      readonly type: 'capture-opened'
      readonly callId: string
      readonly capture: number
      readonly stream: MediaStream
    }
  | {
      readonly type: 'capture-failed'
      readonly callId: string
      readonly capture: number
      readonly error: CallError
    }
  /** What the call was to begin with could not be opened. */
  | { readonly type: 'uncaptured'; readonly callId: string; readonly error: CallError }
  | { readonly type: 'muted'; readonly callId: string; readonly kind: TrackKind; readonly muted: boolean }
  /** What this side sends, and what the other side says that it sends. */
  | { readonly type: 'local-media'; readonly callId: string; readonly media: MediaStatus }
  | { readonly type: 'remote-media'; readonly callId: string; readonly media: MediaStatus }
  /** A peer connection was opened. `epoch` counts those of one call: 0, 1, 2 … */
  | {
      readonly type: 'opened'
      readonly callId: string
      readonly epoch: number
      readonly role: PeerOptions['role']
    }
  | { readonly type: 'peer'; readonly callId: string; readonly epoch: number; readonly event: PeerEvent }
  /** The peer connection is gone: closed by the other side, or (with an error) broken. */
  | {
      readonly type: 'peer-closed'
      readonly callId: string
      readonly epoch: number
      readonly error?: CallError
    }
  /** A command for the peer connection. */
  | {
      readonly type: 'command'
      readonly callId: string
      readonly epoch: number
      readonly command: PeerCommand
    }
  /** The peer connection is given up, and one of this epoch takes its place. */
  | {
      readonly type: 'replacing'
      readonly callId: string
      readonly epoch: number
      readonly error: CallError
    }
  /** What is wrong with the connection and what is tried about it; `null` when all is well again. */
  | { readonly type: 'recovering'; readonly callId: string; readonly recovery: Recovery | null }
  /** Nothing more is tried to bring the connection back. */
  | { readonly type: 'recovery-failed'; readonly callId: string; readonly error: CallError }
  | { readonly type: 'text'; readonly callId: string; readonly message: TextMessage }

/** Everything that happens in a client: one closed union, in the order in which it happened. */
export type CallEvent =
  | StageEvent
  | TransportEvent
  | { readonly type: 'action'; readonly action: CallAction }
  /** No peer connection can be opened here: there are no calls. */
  | { readonly type: 'unavailable'; readonly error: CallError }
  /** An invite does not ring, now or if it comes again. */
  | { readonly type: 'dismissed'; readonly invite: { readonly callId: string; readonly user: string } }
  /** A message for the other side, once. */
  | { readonly type: 'send'; readonly message: OutgoingMessage }
  /** After `close`, everything is said: the last event. */
  | { readonly type: 'left' }
