import type { Observable } from 'rxjs'
import type { CallError } from '../errors.ts'
import type { FeatureId, OutgoingMessage, Party } from '../protocol/index.ts'

/** The way to the other clients. */
export interface SignalingPort {
  /**
   * Subscribing connects, unsubscribing disconnects and gives back the name. While subscribed it subscribes to
   * `outgoing$` and sends each message, in order. Messages sent while offline go out after the reconnection.
   *
   * Emits {@link SignalingEvent}s. Retries a lost connection for as long as the subscription lives, even if another
   * client has taken the name meanwhile. An error or the end of `outgoing$` leaves the connection as it is. Errors with a {@link CallError} only when retrying is pointless:
   * `invalid-name`, `relay-refused`, and `name-taken` before the first connection. Messages arrive unchecked: the
   * pipeline checks them.
   */
  connect(outgoing$: Observable<OutgoingMessage>): Observable<SignalingEvent>
}

export type SignalingEvent =
  /**
   * Connecting for the first time, or again after a loss. `user` is the name that this client asks for, or had before
   * the loss; a port leaves it out if only the relay knows. `error` is the reason of the last failed try.
   */
  | { readonly type: 'connecting'; readonly user?: string; readonly error?: CallError }
  /** Connected, and known to the others as `self`. `features` is what the relay names; left out if it names none. */
  | { readonly type: 'online'; readonly self: Party; readonly features?: readonly FeatureId[] }
  /** Everybody who can be called, this client's own user left out. */
  | { readonly type: 'roster'; readonly users: readonly string[] }
  /**
   * A message for this client, or what claims to be one. The relay adds `from`, which it has made sure of, and `ageMs`: how
   * long the message was under way, in milliseconds. A sender can set neither.
   */
  | { readonly type: 'message'; readonly message: unknown }
  /** The relay did not take `message`: nobody has that name (`unreachable`), or the message could not be sent. */
  | { readonly type: 'refused'; readonly message: OutgoingMessage; readonly error: CallError }
