import type { Address } from '../../src/core/protocol/index.ts'
import type { DirectoryEvents, PartyElsewhere } from '../users/directory.ts'
import { createLookAlikes } from '../users/look-alikes.ts'
import type { Entry } from './name-record.ts'

/** What a node knows of the users of the other nodes. Names are by their key, which all spellings of a name share. */
export interface UsersElsewhere {
  /** Has an entry of a node; undefined for a name that the node holds no more. */
  set(node: string, key: string, entry: Entry | undefined): void
  /** Has these entries of a node, and no others. */
  replace(node: string, entries: ReadonlyMap<string, Entry>): void
  /** Forgets a node. */
  drop(node: string): void
  nodes(): Iterable<string>
  /** What the nodes know of a name; one entry for each node that holds it. */
  holders(key: string): readonly Entry[]
  /** Whether one of the nodes holds another name that looks like this one. */
  hasLookAlike(name: string): boolean
  /** Everybody whom an address means, each party once, with its latest claim. */
  find(address: Address): readonly PartyElsewhere[]
}

/** `came` and `went` are told of each party, and first of what comes. */
export function createUsersElsewhere({ came, went }: Pick<DirectoryEvents, 'came' | 'went'>): UsersElsewhere {
  const byNode = new Map<string, Map<string, Entry>>()
  const byUser = new Map<string, Map<string, Entry>>()
  const lookAlikes = createLookAlikes()

  const index = (node: string, before: Entry | undefined, entry: Entry | undefined) => {
    if (entry) {
      const nodes = byUser.get(entry.user)
      if (nodes) nodes.set(node, entry)
      else byUser.set(entry.user, new Map([[node, entry]]))
    }
    if (before && before.user !== entry?.user) {
      const nodes = byUser.get(before.user)
      if (nodes?.delete(node) === true && nodes.size === 0) byUser.delete(before.user)
    }
  }

  const set = (node: string, key: string, entry: Entry | undefined) => {
    const entries = byNode.get(node) ?? new Map<string, Entry>()
    byNode.set(node, entries)
    const before = entries.get(key)
    if (entry) entries.set(key, entry)
    else entries.delete(key)
    index(node, before, entry)
    if (before?.user !== entry?.user) {
      if (entry) lookAlikes.add(entry.user)
      if (before) lookAlikes.remove(before.user)
    }
    for (const [user, room] of missing(entry, before)) came(user, room)
    for (const [user, room] of missing(before, entry)) went(user, room)
  }

  const replace = (node: string, entries: ReadonlyMap<string, Entry>) => {
    const before = byNode.get(node)
    for (const key of [...(before?.keys() ?? [])]) if (!entries.has(key)) set(node, key, undefined)
    if (before === undefined) byNode.set(node, new Map())
    for (const [key, entry] of entries) {
      // What is kept in Redis does not say who is slow.
      const slow = before?.get(key)?.slow
      set(node, key, slow === undefined ? entry : { ...entry, slow })
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
    holders: (key) => [...byNode.values()].flatMap((entries) => entries.get(key) ?? []),
    hasLookAlike: (name) => lookAlikes.has(name),

    find({ user, party }) {
      const nodes = byUser.get(user)
      if (nodes === undefined) return nobody
      if (party !== undefined) return latest(nodes, party) ?? nobody
      const parties = new Set([...nodes.values()].flatMap((entry) => Object.keys(entry.parties)))
      return [...parties].flatMap((party) => latest(nodes, party) ?? nobody)
    },
  }
}

const nobody: readonly never[] = []

/** Where a party is by its latest claim, in a list, if it is anywhere. */
function latest(nodes: ReadonlyMap<string, Entry>, party: string): readonly PartyElsewhere[] | undefined {
  let found: PartyElsewhere | undefined
  let latestSince = ''
  for (const [node, { user, parties, slow }] of nodes) {
    const since = parties[party]?.since
    if (since === undefined || since < latestSince) continue
    latestSince = since
    found = { node, user, party, keepsUp: slow?.includes(party) !== true }
  }
  return found && [found]
}

/** User and room of each party that is in `entry`, and not in the same room in `other`. */
function missing(entry: Entry | undefined, other: Entry | undefined): readonly (readonly [string, string])[] {
  if (entry === undefined) return []
  const { user, parties } = entry
  return Object.entries(parties).flatMap(([party, { room }]) =>
    other?.user === user && other.parties[party]?.room === room ? [] : [[user, room] as const],
  )
}
