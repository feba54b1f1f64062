import type { RosterStep } from '../../src/core/protocol/index.ts'
import type { RelayServer, RelaySocket } from '../relay-socket.ts'
import { createRoster } from './online-users.ts'

export interface PresenceOptions {
  /** Users that a roster lists: those that came first. When one of them goes, the next one is listed. */
  readonly rosterUsers: number
  /** Milliseconds for which changes are gathered. */
  readonly rosterBatchMs: number
}

/** Who is there, room by room; everybody in a room sees the others of that room, and is told how they come and go. */
export interface Presence {
  /** A connection of a user, on this node or another, has come into a room. */
  readonly came: (user: string, room: string) => void
  /** Such a connection has gone. */
  readonly went: (user: string, room: string) => void
  /** Has a client of this node see who is in a room. It gets the roster with the next change: that it has come itself. */
  watch(socket: RelaySocket, room: string): void
  unwatch(socket: RelaySocket, room: string): void
  /** Tells nobody anything any more. */
  stop(): void
}

export function createPresence(io: RelayServer, options: PresenceOptions): Presence {
  const rooms = new Map<string, Room>()

  const roomOf = (name: string) => {
    const room = rooms.get(name) ?? createRoom(io, name, options)
    rooms.set(name, room)
    return room
  }
  const dropIfEmpty = (name: string, room: Room | undefined) => {
    if (room?.isEmpty() === true) rooms.delete(name)
  }

  return {
    came: (user, name) => roomOf(name).came(user),
    watch: (socket, name) => roomOf(name).watch(socket),
    went(user, name) {
      rooms.get(name)?.went(user)
      dropIfEmpty(name, rooms.get(name))
    },
    unwatch(socket, name) {
      rooms.get(name)?.unwatch(socket)
      dropIfEmpty(name, rooms.get(name))
    },
    stop() {
      for (const room of rooms.values()) room.stop()
      rooms.clear()
    },
  }
}

interface Room {
  came(user: string): void
  went(user: string): void
  watch(socket: RelaySocket): void
  unwatch(socket: RelaySocket): void
  /** Whether nobody is there, nor sees it. */
  isEmpty(): boolean
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
    came(user) {
      if (roster.add(user) && listed.size < rosterUsers) {
        listed.add(user)
        change('joined', user)
      }
      flushSoon()
    },

    went(user) {
      if (roster.remove(user) && listed.delete(user)) {
        change('left', user)
        const next = roster.users().find((other) => !listed.has(other))
        if (next !== undefined) {
          listed.add(next)
          change('joined', next)
        }
      }
      flushSoon()
    },

    watch(socket) {
      // What nobody has heard of is in the roster that this one gets.
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

    isEmpty: () => sockets.size === 0 && roster.size === 0,

    stop() {
      clearTimeout(timer)
      sockets.clear()
    },
  }
}
