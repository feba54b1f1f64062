import type { HandshakeAuth } from '../../../src/core/protocol/index.ts'
import { randomId } from '../../relay/support/relay-fixture.ts'

/** A claim with a name. */
export type NamedClaim = HandshakeAuth & { readonly name: string }

/** A relay to attack, and what it requires from a client. */
export interface Target {
  readonly url: string
  /** A claim with which a new client is let in, under a name that nobody else has. */
  readonly claim: (name: string) => Promise<NamedClaim>
}

/** A relay that lets in everybody who has a name. */
export const openTarget = (url: string): Target => ({
  url,
  claim: (name) => Promise.resolve({ name, party: randomId(), secret: randomId() }),
})
