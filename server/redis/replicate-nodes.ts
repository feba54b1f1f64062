import type { NameRecord, NodeUpdate } from './name-record.ts'
import type { RemoteUsers } from './remote-users.ts'

/** What Redis stores of a node. */
export interface NodeSnapshot {
  /** The number of the last update that it contains. */
  readonly number: number
  /** The names that the node holds, by their keys. */
  readonly names: ReadonlyMap<string, NameRecord>
}

/** Changed names by their keys; null for a name that the node no longer holds. */
type Changes = Readonly<Record<string, NameRecord | null>>

/** Keeps the records of the other nodes up to date by their updates. Reads a node from Redis if updates were missed. */
export interface NodeReplicas {
  /** Applies an update that a node sent. */
  apply(update: NodeUpdate): Promise<void>
  /**
   * Asks Redis which nodes are alive, each with the number of its last update. With `forgets`, drops a node that is not among
   * them, unless it sent an update meanwhile.
   */
  checkLiveness(ask: () => Promise<ReadonlyMap<string, number>>, forgets: boolean): Promise<void>
  /** Reads every known node from Redis again. */
  reload(): Promise<void>
}

export function replicateNodes({
  remoteUsers,
  remoteNameChanged,
  read,
}: {
  readonly remoteUsers: RemoteUsers
  readonly remoteNameChanged: (key: string, entry: NameRecord) => void
  readonly read: (node: string) => Promise<NodeSnapshot | undefined>
}): NodeReplicas {
  /** The number of the last update of each node. */
  const numbers = new Map<string, number>()
  /** Nodes whose updates were late when Redis was asked last. */
  const late = new Set<string>()
  /** Nodes that sent an update since Redis was asked. */
  const recent = new Set<string>()

  /** Nodes that are being read, each with the updates that it sent since. */
  const readings = new Set<{ readonly node: string; readonly since: Changes[] }>()

  const forget = (node: string) => {
    numbers.delete(node)
    late.delete(node)
    for (const reading of readings) if (reading.node === node) readings.delete(reading)
    remoteUsers.drop(node)
  }
  const readNode = async (node: string) => {
    const reading = { node, since: [] as Changes[] }
    readings.add(reading)
    let snapshot: NodeSnapshot | undefined
    try {
      snapshot = await read(node)
    } finally {
      // The node may have gone meanwhile.
      if (!readings.delete(reading)) snapshot = undefined
    }
    // A node that is gone will be missing at the next check. A node that Redis has lost will write itself again.
    if (snapshot === undefined) return
    numbers.set(node, Math.max(snapshot.number, numbers.get(node) ?? 0))
    // Updates since the read may be newer than it. If one is older, those that follow it are still to come.
    const records = new Map(snapshot.names)
    for (const [key, record] of reading.since.flatMap(Object.entries<NameRecord | null>)) {
      if (record) records.set(key, record)
      else records.delete(key)
    }
    remoteUsers.replace(node, records)
    for (const [key, record] of records) remoteNameChanged(key, record)
  }

  return {
    async apply(update) {
      const { node } = update
      if (update.type === 'gone') {
        forget(node)
        return
      }
      const missed = numbers.get(node) !== update.number - 1
      numbers.set(node, update.number)
      recent.add(node)
      late.delete(node)
      for (const reading of readings) if (reading.node === node) reading.since.push(update.names)
      for (const [key, record] of Object.entries(update.names)) {
        remoteUsers.set(node, key, record ?? undefined)
        if (record) remoteNameChanged(key, record)
      }
      if (missed) await readNode(node)
    },

    async checkLiveness(ask, forgets) {
      recent.clear()
      const live = await ask()
      for (const node of [...numbers.keys()])
        if (forgets && !live.has(node) && !recent.has(node)) forget(node)
      for (const [node, number] of live) {
        const known = numbers.get(node)
        const isLate = known !== undefined && known < number
        // An update may arrive after the answer of Redis. It is lost only if it is still missing at the next check.
        if (known === undefined || (isLate && late.has(node))) await readNode(node)
        if (isLate) late.add(node)
        else late.delete(node)
      }
    },

    async reload() {
      late.clear()
      for (const node of [...numbers.keys()]) await readNode(node)
    },
  }
}
