import type { Observable } from 'rxjs'
import type { CallEvent, ConnectionState } from '../events.ts'
import type { Env, MediaPort, MediaRequest, PeerPort } from '../ports/index.ts'
import type { Feature, FeatureId } from '../protocol/index.ts'
import type { Behavior } from '../rx/behavior.ts'
import type { CallSettings } from '../settings.ts'
import type { SidesMedia } from './media/hold.ts'
import type { CallStages } from './stages.ts'
import type { CallState } from './state.ts'

export interface CallSources {
  /** Everything that happens in the client, this call's own events included. */
  readonly event$: Observable<CallEvent>
  /** The part of the client's state that a call uses. */
  readonly client$: Behavior<StateForCall>
  readonly start: CallStart
}

export interface StateForCall extends SidesMedia {
  readonly call: CallState
  readonly connection: ConnectionState
}

/**
 * A call begins by calling, or by ringing for at most `ringMs` milliseconds; `media` is what the caller sends, and
 * `features` are those that both sides know.
 */
export type CallStart =
  | { readonly type: 'outgoing'; readonly media: MediaRequest }
  | {
      readonly type: 'incoming'
      readonly ringMs: number
      readonly media: MediaRequest
      readonly features?: readonly FeatureId[]
    }

export interface CallContext {
  readonly peer: PeerPort
  readonly media: MediaPort
  readonly env: Env
  readonly settings: CallSettings
  readonly stages: CallStages
  /** The features that this client knows; none by default. */
  readonly features?: readonly Feature[]
}
