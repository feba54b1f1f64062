import { createAddresses } from './connections-by-user.ts'
import type { Directory, DirectoryEvents } from './directory.ts'
import { createNames } from './held-names.ts'
import type { RelaySocket } from '../relay-socket.ts'

const nobody: readonly never[] = []

/** The directory of a node that is the only one: all is known at once, and nothing outlives the process. */
export function memoryDirectory({
  came,
  went,
  replaced,
}: Pick<DirectoryEvents, 'came' | 'went' | 'replaced'>): Directory {
  const names = createNames<RelaySocket>()
  const addresses = createAddresses<RelaySocket>()

  return {
    ready: true,
    started: Promise.resolve(),
    claim: (claim, connection) => Promise.resolve(names.claim(claim, connection)),

    enter(connection) {
      const { self, room } = connection.data
      addresses.add(self, connection)
      came(self.user, room)
      // The party came back before its old connection was known to be dead. The user's other parties stay.
      for (const old of names.earlier(self, connection)) replaced(old)
    },

    leave(self, connection) {
      names.release(self, connection)
      if (addresses.remove(self, connection)) went(self.user, connection.data.room)
    },

    find: (address) => ({ here: addresses.find(address), elsewhere: nobody }),
    send: () => undefined,
    close: () => Promise.resolve(),
  }
}
