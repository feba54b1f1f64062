import type { Address, Party } from '../src/core/protocol/index.ts'

/** The rooms that an admitted connection is in: one that it shares with its user's other parties, one of its own. */
export const roomsOf = ({ user, party }: Party): string[] => [userRoom(user), partyRoom(user, party)]

/** The room of everybody whom `address` means. Names are compared exactly: a user is addressed as the roster shows them. */
export const roomOf = ({ user, party }: Address): string =>
  party === undefined ? userRoom(user) : partyRoom(user, party)

const userRoom = (user: string) => `user:${user}`
// A party id is chosen by its client, so it means nothing without the name that the client proved to hold.
const partyRoom = (user: string, party: string) => `party:${party}:${user}`
