import type { Observable } from 'rxjs'
import type { CallErrorCode } from '../../core/errors.ts'
import type { PeerCommand, PeerEvent } from '../../core/ports/index.ts'

/*
 * What passes between a case and an agent: JSON, so that an agent can run anywhere.
 */

export type Kind = 'audio' | 'video'
export type PeerRole = 'offerer' | 'answerer'
/** What a local video shows, to tell it from another: a picture twice as wide as high, or a square one. */
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
  /** Unsubscribe from the peer. Answered with how much it has told, a number. */
  | { readonly do: 'close'; readonly peer: string }
  /** What has arrived over each remote track of the peer. Answered with {@link Arrived}[]. */
  | { readonly do: 'arrived'; readonly peer: string }
  /** Whether the peer is subscribed to its commands. Answered with a boolean. */
  | { readonly do: 'listening'; readonly peer: string }
  /** Which tracks of a local stream are live. Answered with {@link Kind}[]. */
  | { readonly do: 'live'; readonly stream: string }
  /** Answered with {@link Census}. */
  | { readonly do: 'census' }
  /** Collects garbage. Answered with {@link MemoryCensus}, or null where that cannot be done. */
  | { readonly do: 'memory' }
  /** Close these peers, stop these streams and forget both. */
  | { readonly do: 'forget'; readonly peers: readonly string[]; readonly streams: readonly string[] }

/** How many connections the agent's port has made by a moment, and by the next. */
export interface Opened {
  readonly beforeSubscribing: number
  readonly afterSubscribing: number
}

export interface Arrived {
  readonly track: string
  readonly kind: Kind
  /** Frames decoded of a video, packets received of an audio; only ever grows. */
  readonly count: number
  /** The picture of a video of which frames have been decoded. */
  readonly picture: Picture | null
}

/** Of everything that lives with the agent. */
export interface Census {
  /** Connections that are not closed. */
  readonly open: number
}

/** What a garbage collection has left with the agent. */
export interface MemoryCensus {
  /** Bytes in use. */
  readonly bytes: number
  /** Connections, closed or not, that something still holds. */
  readonly connections: number
}

/** What a peer told, as JSON. */
export type Told =
  | Exclude<PeerEvent, { readonly type: 'track-added' | 'track-removed' }>
  | { readonly type: 'track-added' | 'track-removed'; readonly kind: string; readonly track: string }
  | { readonly type: 'completed' }
  /** `code` is null if the error is not a CallError. */
  | { readonly type: 'errored'; readonly code: CallErrorCode | null; readonly message: string }

/** What an agent tells by itself: what a peer told, or, without a peer, an error that nobody caught. */
export type AgentMessage =
  { readonly peer: string; readonly told: Told } | { readonly peer: null; readonly uncaught: string }

/** The way to an agent. */
export interface AgentLink {
  /** Requests are begun in the order in which they are made. Resolves with the answer, rejects where one makes no sense. */
  request(request: AgentRequest): Promise<unknown>
  /** In the order in which it happens. */
  readonly message$: Observable<AgentMessage>
}
