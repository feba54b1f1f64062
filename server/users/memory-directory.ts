import type { RelaySocket } from '../relay-socket.ts'
import { createConnectionsByUser } from './connections-by-user.ts'
import type { Directory, DirectoryEvents } from './directory.ts'
import { createHeldNames } from './held-names.ts'

const nobody: readonly never[] = []

/** The directory of a node that is the only one: it is ready at once, and nothing outlives the process. */
export function memoryDirectory({
  joined,
  left,
  replaced,
}: Pick<DirectoryEvents, 'joined' | 'left' | 'replaced'>): Directory {
  const names = createHeldNames<RelaySocket>()
  const connections = createConnectionsByUser<RelaySocket>()

  return {
    ready: true,
    started: Promise.resolve(),
    claim: (claim, connection) => Promise.resolve(names.claim(claim, connection)),

    enter(connection) {
      const { self, room } = connection.data
      connections.add(self, connection)
      joined(self.user, room)
      // The party came back before its old connection was known to be dead. The user's other parties stay.
      for (const old of names.earlier(self, connection)) replaced(old)
    },

    leave(self, connection) {
      names.release(self, connection)
      if (connections.remove(self, connection)) left(self.user, connection.data.room)
    },

    find: (address) => ({ local: connections.find(address), remote: nobody }),
    send: () => undefined,
    close: () => Promise.resolve(),
  }
}
