import type { Observable } from 'rxjs'
import type { CallError } from '../errors.ts'
import type { FeatureId, OutgoingMessage, Party } from '../protocol/index.ts'

/** The connection to the other clients through a relay: a server, or anything else that carries messages. */
export interface SignalingPort {
  /**
   * Connects on subscribing. On unsubscribing, disconnects and releases the name, and emits nothing more.
   *
   * While subscribed, the port subscribes to `outgoing$` and sends each message, in order. Messages emitted while
   * offline are sent after reconnecting, or come back as `refused`. Once `outgoing$` completes or errors, there is
   * nothing more to send. The port stays connected and continues to receive. The core's `outgoing$` does neither.
   *
   * Emits {@link SignalingEvent}s. Retries a lost connection for as long as it is subscribed, even if another client
   * has taken the name meanwhile. Messages arrive unchecked, because the core checks them.
   *
   * Errors only when retrying is pointless, with a {@link CallError}: `invalid-name`, `relay-refused`, or `name-taken`
   * before the first connection. The client's connection is then `refused`, and the core does not subscribe again. The
   * core reports anything else that is thrown as `relay-refused`.
   *
   * Never completes. The core ignores a completion: the client stays in its last connection state, and receives nothing.
   */
  connect(outgoing$: Observable<OutgoingMessage>): Observable<SignalingEvent>
}

export type SignalingEvent =
  /**
   * The port is connecting, for the first time or again after a loss. Each client starts as `connecting`, so the
   * first one may be omitted. After a loss it is required. Without it, the core does not notice the loss, and does
   * not ask for lost messages. They arrive late, when their acknowledgement times out.
   *
   * `user` is the name that this client asks for, or had before the loss; a port omits it if only the relay knows.
   * `error` is the reason of the last failed try.
   */
  | { readonly type: 'connecting'; readonly user?: string; readonly error?: CallError }
  /**
   * Connected, and known to the others as `self`. Required: before it, the core sends only invites. `features` are
   * those that the relay names; omitted if it names none.
   */
  | { readonly type: 'online'; readonly self: Party; readonly features?: readonly FeatureId[] }
  /**
   * Everybody who can be called, without this client's own user: once each, sorted. Due after each `online`, because
   * `connecting` empties the roster. Only `roster$` depends on it. Calls work without it, so a port that cannot know
   * who is there may omit it.
   */
  | { readonly type: 'roster'; readonly users: readonly string[] }
  /**
   * A message for this client, or what claims to be one. The relay adds two keys to what the sender sent, and lets no
   * sender set them:
   * - `from` is the sender, whom the relay has identified;
   * - `ageMs` is how long the relay held the message, in milliseconds.
   */
  | { readonly type: 'message'; readonly message: unknown }
  /**
   * The relay did not accept `message`, which comes back as it was sent. `error` is `unreachable` if nobody has that
   * name or party, and another code if the message could not be sent. A call whose first invite is refused ends.
   */
  | { readonly type: 'refused'; readonly message: OutgoingMessage; readonly error: CallError }
