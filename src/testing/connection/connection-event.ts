import type { PeerEvent } from '../../core/ports/index.ts'

/** What a virtual connection tells, under the names that the peer port has for it. */
export type ConnectionEvent =
  | Exclude<PeerEvent, { readonly type: 'description' | 'renegotiate' }>
  /** What was changed takes effect only with a new offer (W3C WebRTC, 4.7). */
  | { readonly type: 'negotiation-needed' }
  /** The data channel was closed by the other side. */
  | { readonly type: 'data-closed' }
