import { timestampOf, type NameRecord } from '../../../server/redis/name-record.ts'
import { createRemoteUsers } from '../../../server/redis/remote-users.ts'

/** A record of `user`, whose parties made their claims at the given milliseconds. */
export const nameRecord = (
  user: string,
  parties: Record<string, number>,
  slow?: string[],
  room = '',
): NameRecord => ({
  user,
  proof: 'f'.repeat(64),
  parties: Object.fromEntries(
    Object.entries(parties).map(([party, ms]) => [party, { since: timestampOf(ms), room }]),
  ),
  ...(slow && { slow }),
})

/** Remote users, and who joined (`+`) and left (`-`) so far. */
export function watchRemoteUsers() {
  const changes: string[] = []
  const remoteUsers = createRemoteUsers({
    joined: (user, room) => void changes.push(`+${user}${room}`),
    left: (user, room) => void changes.push(`-${user}${room}`),
  })
  return { changes, remoteUsers }
}
