import * as v from 'valibot'
import { looksOf } from '../users/look-alikes.ts'
import { Entry } from './name-record.ts'
import type { NodeRecord } from './replicate-nodes.ts'
import { BEAT, READ, RESTORE } from './lua-scripts.ts'

/** Has Redis run a script for this node. */
export type RunScript = (script: string, ...args: string[]) => Promise<unknown>

const Strings = v.array(v.string())

/** What Redis answers in turn: field, value, field, value. */
const pairsOf = (list: readonly string[]) =>
  Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i] ?? '', list[2 * i + 1] ?? ''] as const)

/**
 * What another node holds; undefined where Redis knows nothing of it. Entries that cannot be read are left out, and `skipped`
 * hears how many: one of them must not keep this node from all the others.
 */
export async function readNode(
  run: RunScript,
  node: string,
  skipped: (count: number) => void,
): Promise<NodeRecord | undefined> {
  const fields = v.parse(Strings, await run(READ, node))
  const { '': last, ...names } = Object.fromEntries(pairsOf(fields))
  if (last === undefined) return undefined
  const entries = new Map<string, Entry>()
  let unreadable = 0
  for (const [key, json] of Object.entries(names)) {
    // What a name looks like, which only claims ask for.
    if (key.startsWith(' ')) continue
    const entry = readEntry(json)
    if (entry) entries.set(key, entry)
    else unreadable += 1
  }
  if (unreadable > 0) skipped(unreadable)
  return { number: Number(last), entries }
}

function readEntry(json: string): Entry | undefined {
  try {
    const entry = v.safeParse(Entry, JSON.parse(json))
    return entry.success ? entry.output : undefined
  } catch {
    return undefined
  }
}

/**
 * Says that this node lives, and that its last news had this number. Resolves with every node that lives, this one too, and the number
 * of its last news; rejects where Redis has forgotten this one.
 */
export async function beat(run: RunScript, number: number): Promise<Map<string, number>> {
  const live = v.parse(Strings, await run(BEAT, String(number)))
  if (live.length === 0) throw new Error('it has forgotten this node')
  return new Map(pairsOf(live).map(([node, last]) => [node, Number(last)]))
}

/** What became of names that were written. */
export interface Written {
  /** The time of Redis, as a moment. */
  readonly moment: string
  /** Names that somebody else has held for longer. */
  readonly taken: readonly string[]
  /** Names that others had to give up. */
  readonly won: readonly string[]
}

const Written = v.tuple([v.string(), Strings, Strings])

/**
 * Writes what this node holds: `anew` in the place of all that is there, or `more`. Of two who hold a name the earlier one
 * keeps it. Rejects where Redis has forgotten the node that writes more.
 */
export async function writeNames(
  run: RunScript,
  mode: 'anew' | 'more',
  number: number,
  names: readonly (readonly [key: string, entry: Entry | undefined])[],
): Promise<Written> {
  const pairs = names.flatMap(([key, entry]) => [key, entry ? textOf(entry) : ''])
  const [moment, taken, won] = v.parse(Written, await run(RESTORE, mode, String(number), ...pairs))
  return { moment, taken, won }
}

/**
 * An entry as it is kept in Redis, where nobody says who is slow: what changes with each pause of a client is told, not kept.
 * What the name looks like is there for claims.
 */
const textOf = ({ user, proof, parties }: Entry) =>
  JSON.stringify({ user, proof, parties, looks: looksOf(user) })
