import * as v from 'valibot'
import { looksOf } from '../users/look-alikes.ts'
import { NameRecord } from './name-record.ts'
import type { NodeSnapshot } from './replicate-nodes.ts'
import { HEARTBEAT, READ, RESTORE } from './lua-scripts.ts'

/** Runs a script in Redis for this node. */
export type RunScript = (script: string, ...args: string[]) => Promise<unknown>

const Strings = v.array(v.string())

/** Redis answers fields and values in turn. */
const pairsOf = (list: readonly string[]) =>
  Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i] ?? '', list[2 * i + 1] ?? ''] as const)

/**
 * Reads what another node holds. Resolves with undefined if Redis does not know the node. Skips unreadable records, so
 * that one of them does not hide all the others. Reports their number to `skipped`.
 */
export async function readNode(
  run: RunScript,
  node: string,
  skipped: (count: number) => void,
): Promise<NodeSnapshot | undefined> {
  const fields = v.parse(Strings, await run(READ, node))
  const { '': last, ...names } = Object.fromEntries(pairsOf(fields))
  if (last === undefined) return undefined
  const records = new Map<string, NameRecord>()
  let unreadable = 0
  for (const [key, json] of Object.entries(names)) {
    // What a name looks like, which only claims need.
    if (key.startsWith(' ')) continue
    const record = readRecord(json)
    if (record) records.set(key, record)
    else unreadable += 1
  }
  if (unreadable > 0) skipped(unreadable)
  return { number: Number(last), names: records }
}

function readRecord(json: string): NameRecord | undefined {
  try {
    const record = v.safeParse(NameRecord, JSON.parse(json))
    return record.success ? record.output : undefined
  } catch {
    return undefined
  }
}

/**
 * Tells Redis that this node is alive, and the number of its last update. Resolves with the same of every live node, including this
 * one. Rejects if Redis has lost this node.
 */
export async function heartbeat(run: RunScript, number: number): Promise<Map<string, number>> {
  const live = v.parse(Strings, await run(HEARTBEAT, String(number)))
  if (live.length === 0) throw new Error('it has forgotten this node')
  return new Map(pairsOf(live).map(([node, last]) => [node, Number(last)]))
}

/** The outcome of writing names. */
export interface WriteResult {
  /** The time of Redis. */
  readonly timestamp: string
  /** Names that another user has held for longer. */
  readonly taken: readonly string[]
  /** Names that other nodes had to give up. */
  readonly won: readonly string[]
}

const Written = v.tuple([v.string(), Strings, Strings])

/**
 * Writes what this node holds: with `replace` instead of all that is stored, with `add` in addition. If two users hold a name, the
 * earlier one keeps it. With `add`, rejects if Redis has lost this node.
 */
export async function writeNames(
  run: RunScript,
  mode: 'replace' | 'add',
  number: number,
  names: readonly (readonly [key: string, record: NameRecord | undefined])[],
): Promise<WriteResult> {
  const pairs = names.flatMap(([key, record]) => [key, record ? textOf(record) : ''])
  const [timestamp, taken, won] = v.parse(Written, await run(RESTORE, mode, String(number), ...pairs))
  return { timestamp, taken, won }
}

/**
 * A record as Redis stores it. It does not contain who is slow, because that changes with each pause of a client. It contains what the
 * name looks like, for claims.
 */
const textOf = ({ user, proof, parties }: NameRecord) =>
  JSON.stringify({ user, proof, parties, looks: looksOf(user) })
