import * as v from 'valibot'
import type { NotClaimed } from '../users/directory.ts'
import type { RunScript } from './node-store.ts'
import { CLAIM } from './lua-scripts.ts'

export interface ClaimOf {
  readonly key: string
  /** What it looks like ({@link looksOf}). */
  readonly looks: readonly string[]
  readonly user: string
  readonly proof: string
  readonly party: string
  readonly room: string
}

/** How Redis decides a claim; `alike` if another name that looks like it is held. */
export type Decision =
  | { readonly code: 'ok'; readonly user: string; readonly since: string }
  | { readonly code: NotClaimed; readonly alike?: boolean }

const Answer = v.array(v.string())

/** Has Redis decide a claim for all nodes. Rejects where it cannot, or has forgotten this node. */
export async function decideTogether(
  run: RunScript,
  { key, looks, user, proof, party, room }: ClaimOf,
  mostParties: number,
): Promise<Decision> {
  const answer = await run(CLAIM, key, user, proof, party, String(mostParties), room, ...looks)
  const [code = '', name = '', since = ''] = v.parse(Answer, answer)
  if (code === 'alike') return { code: 'name-taken', alike: true }
  if (code === 'name-taken' || code === 'too-many-parties') return { code }
  if (code === 'ok') return { code, user: name, since }
  throw new Error('it has forgotten this node')
}
