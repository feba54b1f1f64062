import type { CallError } from '../errors.ts'
import type { FeatureId, IncomingMessage, OutgoingMessage, Party } from '../protocol/index.ts'

/** The connection to the relay. */
export type ConnectionState =
  /** `user` is the requested name, if it is known. */
  | { readonly status: 'connecting'; readonly user?: string; readonly error?: CallError }
  /** `features` is what the relay can do beyond plain version 1; omitted if there is nothing. */
  | { readonly status: 'online'; readonly self: Party; readonly features?: readonly FeatureId[] }
  /** The relay refuses this client; nothing is retried. */
  | { readonly status: 'refused'; readonly error: CallError }
  /** This client was closed, and has left the relay. Nothing follows. */
  | { readonly status: 'closed' }

/** What the transport reports. Frames, acknowledgements and retransmissions stay inside it. */
export type TransportEvent =
  | { readonly type: 'connection'; readonly connection: ConnectionState }
  | { readonly type: 'roster'; readonly users: readonly string[] }
  /** A message from another client; if it is numbered, exactly once and in order. */
  | { readonly type: 'received'; readonly message: IncomingMessage }
  /** A message was refused, or could not be sent. */
  | { readonly type: 'refused'; readonly message: OutgoingMessage; readonly error: CallError }
  | { readonly type: 'error'; readonly error: CallError }
