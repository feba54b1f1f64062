import type { Entry, NodeNews } from './name-record.ts'
import type { UsersElsewhere } from './remote-users.ts'

/** What Redis has of a node: the number of its last news, and all that it holds. */
export interface NodeRecord {
  readonly number: number
  readonly entries: ReadonlyMap<string, Entry>
}

/** What a node tells of its names, by their keys; null for one that it holds no more. */
type Changes = Readonly<Record<string, Entry | null>>

/** Keeps up with the other nodes by what they tell, and reads anew what one holds where news of it were missed. */
export interface FollowedNodes {
  /** Takes what a node tells. */
  hear(news: NodeNews): Promise<void>
  /**
   * Takes which nodes live, each with the number of its last news, as Redis answered `ask`. With `forgets`, a node that is
   * not among them is gone, unless it was heard of meanwhile.
   */
  look(ask: () => Promise<ReadonlyMap<string, number>>, forgets: boolean): Promise<void>
  /** Reads everything anew. */
  refresh(): Promise<void>
}

export function followNodes({
  elsewhere,
  heard,
  read,
}: {
  readonly elsewhere: UsersElsewhere
  readonly heard: (key: string, entry: Entry) => void
  readonly read: (node: string) => Promise<NodeRecord | undefined>
}): FollowedNodes {
  /** The number of the last news of each node. */
  const numbers = new Map<string, number>()
  /** Nodes whose news were late when Redis was asked last. */
  const late = new Set<string>()
  /** Nodes that were heard of since Redis was asked. */
  const recent = new Set<string>()

  /** What is being read, each with what its node has told since. */
  const readings = new Set<{ readonly node: string; readonly since: Changes[] }>()

  const forget = (node: string) => {
    numbers.delete(node)
    late.delete(node)
    for (const reading of readings) if (reading.node === node) readings.delete(reading)
    elsewhere.drop(node)
  }
  const readAnew = async (node: string) => {
    const reading = { node, since: [] as Changes[] }
    readings.add(reading)
    let record: NodeRecord | undefined
    try {
      record = await read(node)
    } finally {
      // The node may have gone meanwhile.
      if (!readings.delete(reading)) record = undefined
    }
    // One that is gone is not there any more at the next look, and one that Redis has lost will write itself anew.
    if (record === undefined) return
    numbers.set(node, Math.max(record.number, numbers.get(node) ?? 0))
    // What was told since may be newer than what was read. If it is older, what follows it is still to come.
    const entries = new Map(record.entries)
    for (const [key, entry] of reading.since.flatMap(Object.entries<Entry | null>)) {
      if (entry) entries.set(key, entry)
      else entries.delete(key)
    }
    elsewhere.replace(node, entries)
    for (const [key, entry] of entries) heard(key, entry)
  }

  return {
    async hear(news) {
      const { node } = news
      if (news.type === 'gone') {
        forget(node)
        return
      }
      const missed = numbers.get(node) !== news.number - 1
      numbers.set(node, news.number)
      recent.add(node)
      late.delete(node)
      for (const reading of readings) if (reading.node === node) reading.since.push(news.names)
      for (const [key, entry] of Object.entries(news.names)) {
        elsewhere.set(node, key, entry ?? undefined)
        if (entry) heard(key, entry)
      }
      if (missed) await readAnew(node)
    },

    async look(ask, forgets) {
      recent.clear()
      const live = await ask()
      for (const node of [...numbers.keys()])
        if (forgets && !live.has(node) && !recent.has(node)) forget(node)
      for (const [node, number] of live) {
        const known = numbers.get(node)
        const isLate = known !== undefined && known < number
        // What was told before may come after the answer: only what is still missing at the next look is lost.
        if (known === undefined || (isLate && late.has(node))) await readAnew(node)
        if (isLate) late.add(node)
        else late.delete(node)
      }
    },

    async refresh() {
      late.clear()
      for (const node of [...numbers.keys()]) await readAnew(node)
    },
  }
}
