/** Which users are there. A user is there while at least one connection of theirs is. */
export interface Roster {
  /** Counts one more connection. True if the user was not there before. */
  add(user: string): boolean
  /** Counts one connection less. True if the user is not there any more. */
  remove(user: string): boolean
  readonly size: number
  /** Everybody who is there. */
  users(): readonly string[]
}

export function createRoster(): Roster {
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
