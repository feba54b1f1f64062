import type { Observable } from 'rxjs'
import type { CallError } from '../errors.ts'
import type { CandidateInit } from '../protocol/index.ts'
import type { ConnectionStats } from './connection-stats.ts'
import type { SendingLimits } from './sending-limits.ts'

/** Opens peer connections to other clients. */
export interface PeerPort {
  /**
   * Reports that no peer connection can be opened here at all. Emits a CallError `no-webrtc` at once on subscribing,
   * and never errors. A port that can open them emits nothing, or omits this. The client subscribes when it starts.
   * Once this emits, it refuses to call, and answers every invite with `gone`, before opening any device.
   */
  readonly unavailable$?: Observable<CallError>
  /**
   * Subscribing opens a peer connection, unsubscribing closes it. While subscribed, the port subscribes to
   * `command$`. It carries out remote signals in order, and it sends in order; neither waits for the other. A
   * candidate waits for its description in the port, and nowhere else.
   *
   * Emits {@link PeerEvent}s. Completes when the other side closes the connection in an orderly way. Errors with a
   * CallError:
   * - `no-webrtc` or `connection-failed` when there can no longer be a connection;
   * - `negotiation-failed` when a description could not be applied.
   *
   * A candidate that cannot be added costs one network path and ends nothing. Neither does the connection state
   * `failed`, because an ICE restart can recover from it. Commands after the end are ignored. Text that arrives while
   * the data channel closes is lost.
   */
  open(options: PeerOptions, command$: Observable<PeerCommand>): Observable<PeerEvent>
}

export interface PeerOptions {
  /** The offerer makes the first offer as soon as it is open; the answerer waits for it. */
  readonly role: 'offerer' | 'answerer'
  /**
   * The stream that this side already sends; its tracks are added before the first description. The port does not
   * stop them.
   */
  readonly stream: MediaStream | null
  /**
   * Kinds that this side is about to send. Their media sections are negotiated as `sendrecv` from the first description
   * on, in the stream of the other tracks. A later `track` command then needs no negotiation. None by default.
   */
  readonly sends?: readonly ('audio' | 'video')[]
}

export interface Description {
  readonly type: 'offer' | 'answer'
  readonly sdp: string
}

export type PeerCommand =
  /** Apply a description of the other side. */
  | { readonly type: 'description'; readonly description: Description }
  /**
   * Add a candidate of the other side; `null` means that there are no more. It may arrive before its description,
   * even that of an ICE restart. The port buffers it until that description is applied, with room for at least 256.
   */
  | { readonly type: 'candidate'; readonly candidate: CandidateInit | null }
  /** The other side asks for a new offer. */
  | { readonly type: 'renegotiate' }
  /**
   * Send `track` as this side's audio or video from now on, replacing the previous one; `null` sends nothing. The
   * port avoids a new offer if it can, and stops no track.
   */
  | { readonly type: 'track'; readonly kind: 'audio' | 'video'; readonly track: MediaStreamTrack | null }
  /** Restart ICE (RFC 8445, 9): the offerer makes a new offer, with new credentials; an answerer ignores it. */
  | { readonly type: 'restart' }
  /** Report, in a `received` event, how much has arrived so far. */
  | { readonly type: 'measure' }
  /** Report the figures of the connection in a `stats` event, or nothing if the platform has none. */
  | { readonly type: 'get-stats' }
  /**
   * Limit the video that this side sends, from now on and whichever track it is; these limits replace earlier ones, and
   * `{}` lifts them. A limit that the platform refuses or ignores is reported in an `error` event with the code
   * `not-supported`. If it was refused, nothing changes.
   */
  | { readonly type: 'limit'; readonly limits: SendingLimits }
  /** Send text over the data channel. Only after `data-open`. */
  | { readonly type: 'send'; readonly data: string }

export type PeerEvent =
  /** A description to send to the other side. */
  | { readonly type: 'description'; readonly description: Description }
  /** A candidate to send to the other side; `null` after the last one. */
  | { readonly type: 'candidate'; readonly candidate: CandidateInit | null }
  /** This side, which makes no offers itself, needs a new one (W3C WebRTC, negotiationneeded). */
  | { readonly type: 'renegotiate' }
  | { readonly type: 'track-added'; readonly track: MediaStreamTrack; readonly stream: MediaStream }
  /** The other side removed the track permanently. A muted track stays. */
  | { readonly type: 'track-removed'; readonly track: MediaStreamTrack; readonly stream: MediaStream }
  | { readonly type: 'connection-state'; readonly state: RTCPeerConnectionState }
  | { readonly type: 'ice-connection-state'; readonly state: RTCIceConnectionState }
  | { readonly type: 'ice-gathering-state'; readonly state: RTCIceGatheringState }
  | { readonly type: 'signaling-state'; readonly state: RTCSignalingState }
  /** The answer to `measure`: all bytes of media and data that have arrived, in total. */
  | { readonly type: 'received'; readonly bytes: number }
  /** The answer to `get-stats`. */
  | { readonly type: 'stats'; readonly stats: ConnectionStats }
  /** Text can be sent from now on. */
  | { readonly type: 'data-open' }
  /** Text from the other side, unchecked. */
  | { readonly type: 'data'; readonly data: unknown }
  /** A problem that does not end the connection, such as an unusable ICE server. */
  | { readonly type: 'error'; readonly error: CallError }
