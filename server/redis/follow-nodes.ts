import type { Entry, NodeNews } from './entry.ts'
import type { UsersElsewhere } from './users-elsewhere.ts'

/** What Redis has of a node: the number of its last news, and all that it holds. */
export interface NodeRecord {
  readonly number: number
  readonly entries: ReadonlyMap<string, Entry>
}

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

  const forget = (node: string) => {
    numbers.delete(node)
    late.delete(node)
    elsewhere.drop(node)
  }
  const readAnew = async (node: string) => {
    const record = await read(node)
    // One that is gone is not there any more at the next look, and one that Redis has lost will write itself anew.
    if (record === undefined) return
    const { number, entries } = record
    numbers.set(node, Math.max(number, numbers.get(node) ?? 0))
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
