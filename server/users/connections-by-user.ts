import type { Address, Party } from '../../src/core/protocol/index.ts'

/** The connections of each user. */
export interface ConnectionsByUser<Connection> {
  add(self: Party, connection: Connection): void
  /** Removes a connection. True if it was there. */
  remove(self: Party, connection: Connection): boolean
  /**
   * The connections that `address` means: those of one party, or all of a user. Names are compared exactly, because users are
   * addressed as the roster spells them.
   */
  find(address: Address): readonly Connection[]
}

export function createConnectionsByUser<Connection>(): ConnectionsByUser<Connection> {
  // A client chooses its party id. So the id proves nothing without the name that the client proved to hold.
  const byUser = new Map<string, Map<Connection, string>>()

  return {
    add({ user, party }, connection) {
      const connections = byUser.get(user)
      if (connections) connections.set(connection, party)
      else byUser.set(user, new Map([[connection, party]]))
    },

    remove({ user }, connection) {
      const connections = byUser.get(user)
      if (connections?.delete(connection) !== true) return false
      if (connections.size === 0) byUser.delete(user)
      return true
    },

    find({ user, party }) {
      const connections = byUser.get(user)
      if (connections === undefined) return []
      if (party === undefined) return [...connections.keys()]
      const found: Connection[] = []
      for (const [connection, of] of connections) if (of === party) found.push(connection)
      return found
    },
  }
}
