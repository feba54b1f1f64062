import type { IncomingMessage, OutgoingMessage, Receipt } from '../../../src/core/protocol/index.ts'
import { refusalOf, type TestClient } from '../../relay/support/relay-fixture.ts'
import type { NamedClaim } from './target.ts'

/** Makes claims that must all be refused, all at once. Resolves with the reason of each refusal; rejects if one was accepted. */
export const refusals = (url: string, claims: readonly Partial<NamedClaim>[]): Promise<readonly unknown[]> =>
  Promise.all(claims.map((claim) => refusalOf(url, claim)))

/** Replays a message of another user: as it arrived, with that user's stamp, and without it. Resolves with both receipts. */
export async function replay(
  thief: TestClient,
  caught: IncomingMessage,
): Promise<readonly [stamped: Receipt, plain: Receipt]> {
  const plain: Record<string, unknown> = { ...caught }
  delete plain.from
  delete plain.ageMs
  return [await thief.send(caught), await thief.send(plain as unknown as OutgoingMessage)]
}
