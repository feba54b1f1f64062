import type { RelayServer, RelaySocket } from '../relay-socket.ts'
import { createRoomRoster, type RoomRoster, type RosterOptions } from './room-roster.ts'

/** The rosters of all rooms. Everybody in a room sees the other users of that room, and how they join and leave. */
export interface Rosters {
  /** A connection of a user, on this node or another, joined a room. */
  readonly joined: (user: string, room: string) => void
  /** Such a connection left. */
  readonly left: (user: string, room: string) => void
  /** Shows a room's roster to a client of this node. It gets the roster with the next change, which is its own joining. */
  watch(socket: RelaySocket, room: string): void
  unwatch(socket: RelaySocket, room: string): void
  /** Sends nothing more. */
  stop(): void
}

export function createRosters(io: RelayServer, options: RosterOptions): Rosters {
  const rooms = new Map<string, RoomRoster>()

  const roomOf = (name: string) => {
    const room = rooms.get(name) ?? createRoomRoster(io, name, options)
    rooms.set(name, room)
    return room
  }
  const dropIfEmpty = (name: string, room: RoomRoster | undefined) => {
    if (room?.isEmpty() === true) rooms.delete(name)
  }

  return {
    joined: (user, name) => roomOf(name).joined(user),
    watch: (socket, name) => roomOf(name).watch(socket),
    left(user, name) {
      rooms.get(name)?.left(user)
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
