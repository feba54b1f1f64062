import type { RosterStep } from '../../src/core/protocol/index.ts'
import type { RelayServer, RelaySocket } from '../relay-socket.ts'
import { createOnlineUsers } from './online-users.ts'

export interface RosterOptions {
  /** Users that a roster lists: those that joined first. When one of them leaves, the next one is listed. */
  readonly rosterUsers: number
  /** Milliseconds for which changes are gathered. */
  readonly rosterBatchMs: number
}

/** The roster of one room, and the clients of this node that see it. */
export interface RoomRoster {
  joined(user: string): void
  left(user: string): void
  watch(socket: RelaySocket): void
  unwatch(socket: RelaySocket): void
  /** Whether nobody is in the room, and nobody sees it. */
  isEmpty(): boolean
  stop(): void
}

/** Sends changes together, at most once in `rosterBatchMs`. The first change after a pause is sent at once. */
export function createRoomRoster(
  io: RelayServer,
  name: string,
  { rosterUsers, rosterBatchMs }: RosterOptions,
): RoomRoster {
  const online = createOnlineUsers()
  const listed = new Set<string>()
  const sockets = new Set<RelaySocket>()
  const newcomers = new Set<RelaySocket>()
  const changes = new Map<string, RosterStep>()
  const audience = `roster:${name}`
  let flushedAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  const change = (type: RosterStep['type'], user: string) => {
    // To others, a user who leaves and comes back between two batches was always there.
    if (!changes.delete(user)) changes.set(user, { type, user })
  }
  const flush = () => {
    timer = undefined
    flushedAt = performance.now()
    const [first, ...more] = [...changes.values()]
    changes.clear()
    if (first)
      io.local
        .to(audience)
        .emit('roster', more.length === 0 ? first : { type: 'changes', list: [first, ...more] })
    for (const socket of newcomers) {
      const { user } = socket.data.self
      socket.emit('roster', { type: 'all', users: [...listed].filter((other) => other !== user) })
      void socket.join(audience)
    }
    newcomers.clear()
  }
  const flushSoon = () => {
    if (timer || sockets.size === 0) return
    const wait = flushedAt + rosterBatchMs - performance.now()
    if (wait <= 0) flush()
    else timer = setTimeout(flush, wait)
  }

  return {
    joined(user) {
      if (online.add(user) && listed.size < rosterUsers) {
        listed.add(user)
        change('joined', user)
      }
      flushSoon()
    },

    left(user) {
      if (online.remove(user) && listed.delete(user)) {
        change('left', user)
        const next = online.users().find((other) => !listed.has(other))
        if (next !== undefined) {
          listed.add(next)
          change('joined', next)
        }
      }
      flushSoon()
    },

    watch(socket) {
      // Changes that nobody was sent are part of the roster that this client gets.
      if (sockets.size === 0) changes.clear()
      sockets.add(socket)
      newcomers.add(socket)
    },

    unwatch(socket) {
      newcomers.delete(socket)
      if (sockets.delete(socket) && sockets.size === 0) {
        clearTimeout(timer)
        timer = undefined
      }
    },

    isEmpty: () => sockets.size === 0 && online.size === 0,

    stop() {
      clearTimeout(timer)
      sockets.clear()
    },
  }
}
