import type { Observable } from 'rxjs'
import type { CallErrorCode } from '../../core/errors.ts'
import type { PeerCommand, PeerEvent } from '../../core/ports/index.ts'

/*
 * The messages between a case and an agent. They are JSON, so an agent can run anywhere.
 */

export type Kind = 'audio' | 'video'
export type PeerRole = 'offerer' | 'answerer'
/** The shape of a local video, to distinguish it from another: twice as wide as high, or square. */
export type Picture = 'wide' | 'square'

/** A track of a stream that a `stream` request made. */
export interface TrackName {
  readonly stream: string
  readonly kind: Kind
}

export type AgentCommand =
  | Exclude<PeerCommand, { readonly type: 'track' }>
  | { readonly type: 'track'; readonly kind: Kind; readonly track: TrackName | null }

export type AgentRequest =
  /** Make a local stream of live tracks. */
  | {
      readonly do: 'stream'
      readonly stream: string
      readonly kinds: readonly Kind[]
      readonly picture: Picture
    }
  /** Open a peer and subscribe to it. Answered with {@link Opened}. */
  | { readonly do: 'open'; readonly peer: string; readonly role: PeerRole; readonly stream: string | null }
  | { readonly do: 'command'; readonly peer: string; readonly command: AgentCommand }
  /** Unsubscribe from the peer. Answered with the number of events that it has emitted. */
  | { readonly do: 'close'; readonly peer: string }
  /** What has arrived over each remote track of the peer. Answered with {@link Arrived}[]. */
  | { readonly do: 'arrived'; readonly peer: string }
  /** Whether the peer is subscribed to its commands. Answered with a boolean. */
  | { readonly do: 'listening'; readonly peer: string }
  /** Which tracks of a local stream are live. Answered with {@link Kind}[]. */
  | { readonly do: 'live'; readonly stream: string }
  /** Answered with {@link Census}. */
  | { readonly do: 'census' }
  /** Collect garbage. Answered with {@link MemoryCensus}, or null if that is not possible. */
  | { readonly do: 'memory' }
  /** Close these peers, stop these streams and forget both. */
  | { readonly do: 'forget'; readonly peers: readonly string[]; readonly streams: readonly string[] }

/** How many connections the agent's port has made, before and right after subscribing. */
export interface Opened {
  readonly beforeSubscribing: number
  readonly afterSubscribing: number
}

export interface Arrived {
  readonly track: string
  readonly kind: Kind
  /** Frames decoded of a video, packets received of an audio; only ever grows. */
  readonly count: number
  /** The shape of a video, once frames have been decoded. */
  readonly picture: Picture | null
}

/** Counts of everything that the agent owns. */
export interface Census {
  /** Connections that are not closed. */
  readonly open: number
}

/** What a garbage collection left in the agent's memory. */
export interface MemoryCensus {
  /** Bytes in use. */
  readonly bytes: number
  /** Connections, closed or not, that are still referenced. */
  readonly connections: number
}

/** An event of a peer, as JSON. */
export type Told =
  | Exclude<PeerEvent, { readonly type: 'track-added' | 'track-removed' }>
  | { readonly type: 'track-added' | 'track-removed'; readonly kind: string; readonly track: string }
  | { readonly type: 'completed' }
  /** `code` is null if the error is not a CallError. */
  | { readonly type: 'errored'; readonly code: CallErrorCode | null; readonly message: string }

/** A message that an agent sends by itself: an event of a peer, or, without a peer, an uncaught error. */
export type AgentMessage =
  { readonly peer: string; readonly told: Told } | { readonly peer: null; readonly uncaught: string }

/** The connection to an agent. */
export interface AgentLink {
  /**
   * Starts requests in the order in which they are made. Resolves with the answer. Rejects if a request makes no sense.
   */
  request(request: AgentRequest): Promise<unknown>
  /** The agent's messages, in order. */
  readonly message$: Observable<AgentMessage>
}
