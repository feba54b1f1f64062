import type { PeerEvent } from '../../core/ports/index.ts'

/** An event of a virtual connection, named as in the peer port. */
export type ConnectionEvent =
  | Exclude<PeerEvent, { readonly type: 'description' | 'renegotiate' }>
  /** A change needs a new offer to take effect (W3C WebRTC, 4.7). */
  | { readonly type: 'negotiation-needed' }
  /** The data channel was closed by the other side. */
  | { readonly type: 'data-closed' }
