import type { IncomingMessage, OutgoingMessage, Receipt } from '../../../src/core/protocol/index.ts'
import { refusalOf, type TestClient } from '../../relay/support/relay-fixture.ts'
import type { NamedClaim } from './target.ts'

/** Claims that nobody should get through with, all at once. Resolves with why each was refused; rejects if one was let in. */
export const refusals = (url: string, claims: readonly Partial<NamedClaim>[]): Promise<readonly unknown[]> =>
  Promise.all(claims.map((claim) => refusalOf(url, claim)))

/** Sends what somebody else has sent: as it arrived, with their stamp, and without it. Resolves with both receipts. */
export async function replay(
  thief: TestClient,
  caught: IncomingMessage,
): Promise<readonly [stamped: Receipt, plain: Receipt]> {
  const plain: Record<string, unknown> = { ...caught }
  delete plain.from
  delete plain.ageMs
  return [await thief.send(caught), await thief.send(plain as unknown as OutgoingMessage)]
}
