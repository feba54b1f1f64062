import { nameKey } from '../../src/core/protocol/index.ts'
import { createConnectionsByUser } from '../users/connections-by-user.ts'
import { MAX_BACKLOG } from '../limits/backlog.ts'
import type { ClaimResult, Directory, DirectoryEvents } from '../users/directory.ts'
import { readFrame, sendFrame } from '../messages/message-frame.ts'
import { looksOf } from '../users/look-alikes.ts'
import { createHeldNames, MAX_PARTIES, proofOf } from '../users/held-names.ts'
import type { RelayServer, RelaySocket } from '../relay-socket.ts'
import type { NameClaim, ClaimDecision } from './decide-claim.ts'
import { joinCluster } from './cluster.ts'
import { heldSince, type NameRecord } from './name-record.ts'
import type { RedisOptions } from './connection/redis-connection.ts'
import { createRemoteUsers } from './remote-users.ts'

/**
 * A directory that nodes share through Redis. Each node has in memory what all of them hold, so messages are routed
 * without asking Redis. A claim asks Redis, which decides for all nodes.
 *
 * While Redis is away it is not `ready`. Claims are then decided by the last known state. Only users of this node are
 * found, and the roster does not change. When Redis is back, this node writes what it holds. If another user has held
 * one of its names for longer, the connections that hold it here are replaced.
 *
 * With `guests`, only the secret shows who owns a name. So no claim is accepted before this node has once known what
 * the others hold. Otherwise anybody could take the name of a user on another node.
 */
export function redisDirectory(
  io: RelayServer,
  redis: RedisOptions,
  { joined, left, replaced, delivered }: DirectoryEvents,
  { guests, log }: { readonly guests: boolean; readonly log: (line: string) => void },
): Directory {
  const names = createHeldNames<RelaySocket>()
  const connections = createConnectionsByUser<RelaySocket>()
  /** What this node holds, by the key of the name. */
  const own = new Map<string, NameRecord>()
  const remoteUsers = createRemoteUsers({ joined, left })

  const cluster = joinCluster({
    io,
    redis,
    own,
    remoteUsers,
    log,
    remoteNameChanged(key, record) {
      const mine = own.get(key)
      if (mine === undefined) return
      if (mine.proof !== record.proof) {
        // The update may be older than this node's claim.
        if (heldSince(record) <= heldSince(mine)) cluster.resolveConflict(key)
        return
      }
      const { parties } = record
      for (const [party, { since }] of Object.entries(mine.parties))
        if (since < (parties[party]?.since ?? ''))
          for (const connection of names.holders(mine.user, party)) replaced(connection)
    },
    deliver({ to, frame, isProgress }) {
      const keepUp = connections.find(to).filter(({ data }) => data.backlog.packets < MAX_BACKLOG)
      for (const connection of keepUp) sendFrame(connection, frame)
      const message = isProgress && keepUp.length > 0 && readFrame(frame)
      if (message) delivered(message)
    },
    nameTaken(key) {
      const user = own.get(key)?.user
      if (user === undefined) return
      log(`somebody else has the name ${user} now`)
      for (const connection of names.holders(user)) replaced(connection)
    },
  })

  /** Decides by what this node knows. */
  const decideAlone = ({ key, user, proof, party }: NameClaim): ClaimDecision => {
    const holders = [...remoteUsers.holders(key), ...[own.get(key) ?? []].flat()]
    if (holders.some((holder) => holder.proof !== proof)) return { code: 'name-taken' }
    const parties = new Set(holders.flatMap((holder) => Object.keys(holder.parties))).add(party)
    if (parties.size > MAX_PARTIES) return { code: 'too-many-parties' }
    if (holders.length === 0 && remoteUsers.hasLookAlike(user)) return { code: 'name-taken', alike: true }
    return { code: 'ok', user: holders[0]?.user ?? user, since: cluster.sync.now() }
  }

  const decide = async (asked: NameClaim): Promise<ClaimDecision> => {
    if (guests && !cluster.sync.synced) return { code: 'not-ready' }
    const known = decideAlone(asked)
    // Redis may have lost a name that its node has yet to write again.
    if (cluster.sync.recovering && known.code === 'name-taken') return known
    return (await cluster.claim(asked, MAX_PARTIES)) ?? decideAlone(asked)
  }

  const setOwn = (key: string, record: NameRecord) => {
    if (Object.keys(record.parties).length === 0) own.delete(key)
    else own.set(key, record)
  }

  /** Announces to the other nodes when a party stops keeping up with its messages, and when it keeps up again. */
  const watchPace = (connection: RelaySocket) => {
    const { self, backlog } = connection.data
    const key = nameKey(self.user)
    let slow = false
    const update = () => {
      if (slow === backlog.packets >= MAX_BACKLOG || !connection.connected) return
      slow = !slow
      const record = own.get(key)
      if (record === undefined) return
      const others = (record.slow ?? []).filter((party) => party !== self.party)
      own.set(key, { ...record, slow: slow ? [...others, self.party] : others })
      cluster.changed(key, true)
    }
    connection.conn.on('packetCreate', update)
    connection.conn.on('flush', update)
  }

  return {
    get ready() {
      // Before it is synced it would refuse every guest.
      return cluster.ready && (!guests || cluster.sync.synced)
    },
    started: cluster.started,

    async claim(claim, connection): Promise<ClaimResult> {
      await cluster.started.catch(() => undefined)
      const { name, party, secret } = claim
      const { room } = connection.data
      const proof = proofOf(secret)
      const asked: NameClaim = { key: nameKey(name), looks: looksOf(name), user: name, proof, party, room }
      const { key } = asked
      const decision = await decide(asked)
      if (decision.code !== 'ok') return { ok: false, ...decision }
      const { user, since } = decision
      const claimed = names.claim({ ...claim, name: user }, connection)
      if (!claimed.ok) {
        cluster.release(key, party, since)
        return claimed
      }
      const record = own.get(key) ?? { user, proof, parties: {} }
      setOwn(key, { ...record, parties: { ...record.parties, [party]: { since, room } } })
      cluster.changed(key, false)
      return claimed
    },

    enter(connection) {
      const { self, room } = connection.data
      connections.add(self, connection)
      joined(self.user, room)
      watchPace(connection)
      cluster.changed(nameKey(self.user), true)
      for (const old of names.earlier(self, connection)) replaced(old)
    },

    leave(self, connection) {
      const isLast = names.release(self, connection)
      if (connections.remove(self, connection)) left(self.user, connection.data.room)
      const key = nameKey(self.user)
      const record = own.get(key)
      const since = record?.parties[self.party]?.since
      if (!isLast || record === undefined || since === undefined) return
      const { [self.party]: _, ...others } = record.parties
      setOwn(key, { ...record, parties: others })
      cluster.release(key, self.party, since)
      cluster.changed(key, true)
    },

    find(address) {
      const local = connections.find(address)
      const found = cluster.ready ? remoteUsers.find(address) : []
      // A party that came back on another node is in both places until its old connection is closed.
      const isHere = (party: string) => local.some(({ data }) => data.self.party === party)
      return { local, remote: local.length === 0 ? found : found.filter(({ party }) => !isHere(party)) }
    },

    limiter: cluster.limiter,
    send: ({ node, user, party }, frame, isProgress) =>
      cluster.send(node, { to: { user, party }, frame, isProgress }),
    close: () => cluster.close(),
  }
}
