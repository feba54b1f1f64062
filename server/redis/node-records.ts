import * as v from 'valibot'
import { Entry } from './entry.ts'
import type { NodeRecord } from './follow-nodes.ts'
import { BEAT, READ, RESTORE } from './scripts.ts'

/** Has Redis run a script for this node. */
export type RunScript = (script: string, ...args: string[]) => Promise<unknown>

const Strings = v.array(v.string())

/** What Redis answers in turn: field, value, field, value. */
const pairsOf = (list: readonly string[]) =>
  Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i] ?? '', list[2 * i + 1] ?? ''] as const)

/** What another node holds; undefined where Redis knows nothing of it. */
export async function readNode(run: RunScript, node: string): Promise<NodeRecord | undefined> {
  const fields = v.parse(Strings, await run(READ, node))
  const { '': last, ...names } = Object.fromEntries(pairsOf(fields))
  if (last === undefined) return undefined
  const entries = Object.entries(names).map(([key, json]) => [key, v.parse(Entry, JSON.parse(json))] as const)
  return { number: Number(last), entries: new Map(entries) }
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

/** Writes what this node holds: `anew` in the place of all that is there, or `more`. Resolves with the names that others hold. */
export async function writeNames(
  run: RunScript,
  mode: 'anew' | 'more',
  number: number,
  names: readonly (readonly [key: string, entry: Entry | undefined])[],
): Promise<readonly string[]> {
  const pairs = names.flatMap(([key, entry]) => [key, entry ? JSON.stringify(entry) : ''])
  return v.parse(Strings, await run(RESTORE, mode, String(number), ...pairs))
}
