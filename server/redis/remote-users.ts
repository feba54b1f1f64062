import type { Address } from '../../src/core/protocol/index.ts'
import type { RemoteParty } from '../messages/addressees.ts'
import type { DirectoryEvents } from '../users/directory.ts'
import { createLookAlikes } from '../users/look-alikes.ts'
import type { NameRecord } from './name-record.ts'

/** What this node knows of the users of the other nodes. A name is found by its key, which all its spellings share. */
export interface RemoteUsers {
  /** Stores a record of a node, or removes it if it is undefined. */
  set(node: string, key: string, record: NameRecord | undefined): void
  /** Replaces all records of a node. */
  replace(node: string, records: ReadonlyMap<string, NameRecord>): void
  /** Forgets a node. */
  drop(node: string): void
  nodes(): Iterable<string>
  /** The records of a name; one for each node that holds it. */
  holders(key: string): readonly NameRecord[]
  /** Whether one of the nodes holds a different name that looks like this one. */
  hasLookAlike(name: string): boolean
  /** The parties that an address means, each once, with its latest claim. */
  find(address: Address): readonly RemoteParty[]
}

/** Calls `joined` and `left` for each party, and always `joined` first. */
export function createRemoteUsers({ joined, left }: Pick<DirectoryEvents, 'joined' | 'left'>): RemoteUsers {
  const byNode = new Map<string, Map<string, NameRecord>>()
  const byUser = new Map<string, Map<string, NameRecord>>()
  const lookAlikes = createLookAlikes()

  const index = (node: string, before: NameRecord | undefined, record: NameRecord | undefined) => {
    if (record) {
      const nodes = byUser.get(record.user)
      if (nodes) nodes.set(node, record)
      else byUser.set(record.user, new Map([[node, record]]))
    }
    if (before && before.user !== record?.user) {
      const nodes = byUser.get(before.user)
      if (nodes?.delete(node) === true && nodes.size === 0) byUser.delete(before.user)
    }
  }

  const set = (node: string, key: string, record: NameRecord | undefined) => {
    const records = byNode.get(node) ?? new Map<string, NameRecord>()
    byNode.set(node, records)
    const before = records.get(key)
    if (record) records.set(key, record)
    else records.delete(key)
    index(node, before, record)
    if (before?.user !== record?.user) {
      if (record) lookAlikes.add(record.user)
      if (before) lookAlikes.remove(before.user)
    }
    for (const [user, room] of missing(record, before)) joined(user, room)
    for (const [user, room] of missing(before, record)) left(user, room)
  }

  const replace = (node: string, records: ReadonlyMap<string, NameRecord>) => {
    const before = byNode.get(node)
    for (const key of [...(before?.keys() ?? [])]) if (!records.has(key)) set(node, key, undefined)
    if (before === undefined) byNode.set(node, new Map())
    for (const [key, record] of records) {
      // Redis does not store who is slow.
      const slow = before?.get(key)?.slow
      set(node, key, slow === undefined ? record : { ...record, slow })
    }
  }

  return {
    set,
    replace,
    drop(node) {
      replace(node, new Map())
      byNode.delete(node)
    },
    nodes: () => byNode.keys(),
    holders: (key) => [...byNode.values()].flatMap((records) => records.get(key) ?? []),
    hasLookAlike: (name) => lookAlikes.has(name),

    find({ user, party }) {
      const nodes = byUser.get(user)
      if (nodes === undefined) return nobody
      if (party !== undefined) return latest(nodes, party) ?? nobody
      const parties = new Set([...nodes.values()].flatMap((record) => Object.keys(record.parties)))
      return [...parties].flatMap((party) => latest(nodes, party) ?? nobody)
    },
  }
}

const nobody: readonly never[] = []

/** The node of a party's latest claim, in a list, if there is one. */
function latest(nodes: ReadonlyMap<string, NameRecord>, party: string): readonly RemoteParty[] | undefined {
  let found: RemoteParty | undefined
  let latestSince = ''
  for (const [node, { user, parties, slow }] of nodes) {
    const since = parties[party]?.since
    if (since === undefined || since < latestSince) continue
    latestSince = since
    found = { node, user, party, keepsUp: slow?.includes(party) !== true }
  }
  return found && [found]
}

/** User and room of each party in `record` that is not in the same room in `other`. */
function missing(
  record: NameRecord | undefined,
  other: NameRecord | undefined,
): readonly (readonly [string, string])[] {
  if (record === undefined) return []
  const { user, parties } = record
  return Object.entries(parties).flatMap(([party, { room }]) =>
    other?.user === user && other.parties[party]?.room === room ? [] : [[user, room] as const],
  )
}
