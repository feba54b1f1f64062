/** Which users are online. A user is online while at least one of their connections is. */
export interface OnlineUsers {
  /** Counts one more connection. True if it is the first one of the user. */
  add(user: string): boolean
  /** Counts one connection less. True if it was the last one of the user. */
  remove(user: string): boolean
  readonly size: number
  /** Every user, in the order in which they came online. */
  users(): readonly string[]
}

export function createOnlineUsers(): OnlineUsers {
  const connections = new Map<string, number>()

  return {
    add(user) {
      const before = connections.get(user) ?? 0
      connections.set(user, before + 1)
      return before === 0
    },

    remove(user) {
      const before = connections.get(user)
      if (before === undefined) return false
      if (before > 1) connections.set(user, before - 1)
      else connections.delete(user)
      return before === 1
    },

    get size() {
      return connections.size
    },
    users: () => [...connections.keys()],
  }
}
