import { nameKey } from '../../src/core/protocol/index.ts'
import { createAddresses } from '../users/connections-by-user.ts'
import { MAX_BACKLOG } from '../limits/backlog.ts'
import type { Claimed, Directory, DirectoryEvents } from '../users/directory.ts'
import { readFrame, sendFrame } from '../messages/message-frame.ts'
import { looksOf } from '../users/look-alikes.ts'
import { createNames, MAX_PARTIES, proofOf } from '../users/held-names.ts'
import type { RelayServer, RelaySocket } from '../relay-socket.ts'
import type { ClaimOf, Decision } from './decide-claim.ts'
import { joinCluster } from './cluster.ts'
import { heldSince, type Entry } from './name-record.ts'
import type { RedisOptions } from './connection/redis-connection.ts'
import { createUsersElsewhere } from './remote-users.ts'

/**
 * A directory that nodes share through Redis. Each node has in memory what all of them hold, so that messages are routed
 * without asking; a claim asks Redis, which decides for all nodes.
 *
 * While Redis is away it is not `ready`: claims are decided by what was known last, only users of this node are found, and
 * the roster stays as it was. When Redis is back, what this node holds is written anew. Where somebody else has held one of its
 * names for longer, the connections that have it here are replaced.
 *
 * With `guests`, the secret alone shows whose a name is. So no claim is taken before this node has once known what the others
 * hold: it would let anybody have the name of somebody who is on another node.
 */
export function redisDirectory(
  io: RelayServer,
  redis: RedisOptions,
  { came, went, replaced, delivered }: DirectoryEvents,
  { guests, log }: { readonly guests: boolean; readonly log: (line: string) => void },
): Directory {
  const names = createNames<RelaySocket>()
  const addresses = createAddresses<RelaySocket>()
  /** What this node holds, by the key of the name. */
  const own = new Map<string, Entry>()
  const elsewhere = createUsersElsewhere({ came, went })

  const cluster = joinCluster({
    io,
    redis,
    own,
    elsewhere,
    log,
    heard(key, entry) {
      const mine = own.get(key)
      if (mine === undefined) return
      if (mine.proof !== entry.proof) {
        // The news may be older than this node's claim.
        if (heldSince(entry) <= heldSince(mine)) cluster.contest(key)
        return
      }
      const { parties } = entry
      for (const [party, { since }] of Object.entries(mine.parties))
        if (since < (parties[party]?.since ?? ''))
          for (const connection of names.holders(mine.user, party)) replaced(connection)
    },
    deliver({ to, frame, step }) {
      const keepUp = addresses.find(to).filter(({ data }) => data.backlog.packets < MAX_BACKLOG)
      for (const connection of keepUp) sendFrame(connection, frame)
      const message = step && keepUp.length > 0 && readFrame(frame)
      if (message) delivered(message)
    },
    taken(key) {
      const user = own.get(key)?.user
      if (user === undefined) return
      log(`somebody else has the name ${user} now`)
      for (const connection of names.holders(user)) replaced(connection)
    },
  })

  /** The decision by what is known here. */
  const decideAlone = ({ key, user, proof, party }: ClaimOf): Decision => {
    const holders = [...elsewhere.holders(key), ...[own.get(key) ?? []].flat()]
    if (holders.some((holder) => holder.proof !== proof)) return { code: 'name-taken' }
    const parties = new Set(holders.flatMap((holder) => Object.keys(holder.parties))).add(party)
    if (parties.size > MAX_PARTIES) return { code: 'too-many-parties' }
    if (holders.length === 0 && elsewhere.hasLookAlike(user)) return { code: 'name-taken', alike: true }
    return { code: 'ok', user: holders[0]?.user ?? user, since: cluster.standing.now() }
  }

  const decide = async (asked: ClaimOf): Promise<Decision> => {
    if (guests && !cluster.standing.informed) return { code: 'not-ready' }
    const known = decideAlone(asked)
    // Redis may have lost what a node holds that has yet to write it.
    if (cluster.standing.settling && known.code === 'name-taken') return known
    return (await cluster.claim(asked, MAX_PARTIES)) ?? decideAlone(asked)
  }

  const setOwn = (key: string, entry: Entry) => {
    if (Object.keys(entry.parties).length === 0) own.delete(key)
    else own.set(key, entry)
  }

  /** Tells the other nodes when a party does not keep up with what comes, and when it does again. */
  const watchPace = (connection: RelaySocket) => {
    const { self, backlog } = connection.data
    const key = nameKey(self.user)
    let slow = false
    const look = () => {
      if (slow === backlog.packets >= MAX_BACKLOG || !connection.connected) return
      slow = !slow
      const entry = own.get(key)
      if (entry === undefined) return
      const others = (entry.slow ?? []).filter((party) => party !== self.party)
      own.set(key, { ...entry, slow: slow ? [...others, self.party] : others })
      cluster.changed(key, true)
    }
    connection.conn.on('packetCreate', look)
    connection.conn.on('flush', look)
  }

  return {
    get ready() {
      // Before it is informed it would refuse every guest.
      return cluster.ready && (!guests || cluster.standing.informed)
    },
    started: cluster.started,

    async claim(claim, connection): Promise<Claimed> {
      await cluster.started.catch(() => undefined)
      const { name, party, secret } = claim
      const { room } = connection.data
      const proof = proofOf(secret)
      const asked: ClaimOf = { key: nameKey(name), looks: looksOf(name), user: name, proof, party, room }
      const { key } = asked
      const decision = await decide(asked)
      if (decision.code !== 'ok') return { ok: false, ...decision }
      const { user, since } = decision
      const claimed = names.claim({ ...claim, name: user }, connection)
      if (!claimed.ok) {
        cluster.release(key, party, since)
        return claimed
      }
      const entry = own.get(key) ?? { user, proof, parties: {} }
      setOwn(key, { ...entry, parties: { ...entry.parties, [party]: { since, room } } })
      cluster.changed(key, false)
      return claimed
    },

    enter(connection) {
      const { self, room } = connection.data
      addresses.add(self, connection)
      came(self.user, room)
      watchPace(connection)
      cluster.changed(nameKey(self.user), true)
      for (const old of names.earlier(self, connection)) replaced(old)
    },

    leave(self, connection) {
      const last = names.release(self, connection)
      if (addresses.remove(self, connection)) went(self.user, connection.data.room)
      const key = nameKey(self.user)
      const entry = own.get(key)
      const since = entry?.parties[self.party]?.since
      if (!last || entry === undefined || since === undefined) return
      const { [self.party]: _, ...others } = entry.parties
      setOwn(key, { ...entry, parties: others })
      cluster.release(key, self.party, since)
      cluster.changed(key, true)
    },

    find(address) {
      const here = addresses.find(address)
      const found = cluster.ready ? elsewhere.find(address) : []
      // One that came back on another node is in both places until its old connection is closed.
      const isHere = (party: string) => here.some(({ data }) => data.self.party === party)
      return { here, elsewhere: here.length === 0 ? found : found.filter(({ party }) => !isHere(party)) }
    },

    limiter: cluster.limiter,
    send: ({ node, user, party }, frame, step) => cluster.send(node, { to: { user, party }, frame, step }),
    close: () => cluster.close(),
  }
}
