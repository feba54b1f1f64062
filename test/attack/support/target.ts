import type { HandshakeAuth } from '../../../src/core/protocol/index.ts'
import { randomId } from '../../relay/support/relay-fixture.ts'

/** A claim with a name. */
export type NamedClaim = HandshakeAuth & { readonly name: string }

/** A relay to attack, and what it wants to see of a client. */
export interface Target {
  readonly url: string
  /** What a new client says of itself so that it is let in, under a name that nobody else has. */
  readonly claim: (name: string) => Promise<NamedClaim>
}

/** A relay that lets everybody in who has a name. */
export const openTarget = (url: string): Target => ({
  url,
  claim: (name) => Promise.resolve({ name, party: randomId(), secret: randomId() }),
})
