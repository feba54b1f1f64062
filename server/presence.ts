import type { RosterStep } from '../src/core/protocol/index.ts'
import type { RelayServer, RelaySocket } from './relay-socket.ts'
import { createRoster } from './roster.ts'

export interface PresenceOptions {
  /** Users that a roster lists: those that came first. When one of them goes, the next one is listed. */
  readonly rosterUsers: number
  /** Milliseconds for which changes are gathered. */
  readonly rosterBatchMs: number
}

/** Who is there, room by room; everybody in a room sees the others of that room, and is told how they come and go. */
export interface Presence {
  /** Has a client see and be seen in a room. It gets the roster at once, or with the next changes. */
  enter(socket: RelaySocket, room: string): void
  leave(socket: RelaySocket, room: string): void
  /** Tells nobody anything any more. */
  stop(): void
}

export function createPresence(io: RelayServer, options: PresenceOptions): Presence {
  const rooms = new Map<string, Room>()

  return {
    enter(socket, name) {
      const room = rooms.get(name) ?? createRoom(io, name, options)
      rooms.set(name, room)
      room.enter(socket)
    },
    leave(socket, name) {
      if (rooms.get(name)?.leave(socket)) rooms.delete(name)
    },
    stop() {
      for (const room of rooms.values()) room.stop()
      rooms.clear()
    },
  }
}

interface Room {
  enter(socket: RelaySocket): void
  /** True if nobody is left. */
  leave(socket: RelaySocket): boolean
  stop(): void
}

function createRoom(io: RelayServer, name: string, { rosterUsers, rosterBatchMs }: PresenceOptions): Room {
  const roster = createRoster()
  const listed = new Set<string>()
  const sockets = new Set<RelaySocket>()
  const newcomers = new Set<RelaySocket>()
  const changes = new Map<string, RosterStep>()
  const audience = `roster:${name}`
  let flushedAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  const change = (type: RosterStep['type'], user: string) => {
    // Who leaves and comes back in between was always there, as far as others can tell.
    if (!changes.delete(user)) changes.set(user, { type, user })
  }
  const flush = () => {
    timer = undefined
    flushedAt = performance.now()
    const [first, ...more] = [...changes.values()]
    changes.clear()
    if (first)
      io.to(audience).emit('roster', more.length === 0 ? first : { type: 'changes', list: [first, ...more] })
    for (const socket of newcomers) {
      const { user } = socket.data.self
      socket.emit('roster', { type: 'all', users: [...listed].filter((other) => other !== user) })
      void socket.join(audience)
    }
    newcomers.clear()
  }
  const flushSoon = () => {
    if (timer) return
    const wait = flushedAt + rosterBatchMs - performance.now()
    if (wait <= 0) flush()
    else timer = setTimeout(flush, wait)
  }

  return {
    enter(socket) {
      const { user } = socket.data.self
      sockets.add(socket)
      newcomers.add(socket)
      if (roster.add(user) && listed.size < rosterUsers) {
        listed.add(user)
        change('joined', user)
      }
      flushSoon()
    },

    leave(socket) {
      const { user } = socket.data.self
      if (!sockets.delete(socket)) return false
      newcomers.delete(socket)
      if (roster.remove(user) && listed.delete(user)) {
        change('left', user)
        const next = roster.others(user).find((other) => !listed.has(other))
        if (next !== undefined) {
          listed.add(next)
          change('joined', next)
        }
      }
      if (sockets.size > 0) flushSoon()
      else clearTimeout(timer)
      return sockets.size === 0
    },

    stop() {
      clearTimeout(timer)
    },
  }
}
