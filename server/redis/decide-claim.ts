import * as v from 'valibot'
import type { ClaimRefusal } from '../users/directory.ts'
import type { RunScript } from './node-store.ts'
import { CLAIM } from './lua-scripts.ts'

export interface NameClaim {
  readonly key: string
  /** What the name looks like ({@link looksOf}). */
  readonly looks: readonly string[]
  readonly user: string
  readonly proof: string
  readonly party: string
  readonly room: string
}

/** The decision about a claim. `alike` if a different name that looks the same is held. */
export type ClaimDecision =
  | { readonly code: 'ok'; readonly user: string; readonly since: string }
  | { readonly code: ClaimRefusal; readonly alike?: boolean }

const Answer = v.array(v.string())

/** Asks Redis to decide a claim for all nodes. Rejects if Redis does not answer, or has lost this node. */
export async function decideClaim(
  run: RunScript,
  { key, looks, user, proof, party, room }: NameClaim,
  maxParties: number,
): Promise<ClaimDecision> {
  const answer = await run(CLAIM, key, user, proof, party, String(maxParties), room, ...looks)
  const [code = '', name = '', since = ''] = v.parse(Answer, answer)
  if (code === 'alike') return { code: 'name-taken', alike: true }
  if (code === 'name-taken' || code === 'too-many-parties') return { code }
  if (code === 'ok') return { code, user: name, since }
  throw new Error('it has forgotten this node')
}
