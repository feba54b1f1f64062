import type { Address, Party } from '../../src/core/protocol/index.ts'

/** The connections by which users are reached. */
export interface Addresses<Connection> {
  /** Has one more connection of a party. */
  add(self: Party, connection: Connection): void
  /** Has that connection no more. True if it was there. */
  remove(self: Party, connection: Connection): boolean
  /**
   * The connections of everybody whom `address` means: of one party, or of all of a user. Names are compared exactly, for a
   * user is addressed as the roster shows them.
   */
  find(address: Address): readonly Connection[]
}

export function createAddresses<Connection>(): Addresses<Connection> {
  // A party id is chosen by its client, so it means nothing without the name that the client proved to hold.
  const there = new Map<string, Map<Connection, string>>()

  return {
    add({ user, party }, connection) {
      const connections = there.get(user)
      if (connections) connections.set(connection, party)
      else there.set(user, new Map([[connection, party]]))
    },

    remove({ user }, connection) {
      const connections = there.get(user)
      if (connections?.delete(connection) !== true) return false
      if (connections.size === 0) there.delete(user)
      return true
    },

    find({ user, party }) {
      const connections = there.get(user)
      if (connections === undefined) return []
      if (party === undefined) return [...connections.keys()]
      const found: Connection[] = []
      for (const [connection, of] of connections) if (of === party) found.push(connection)
      return found
    },
  }
}
