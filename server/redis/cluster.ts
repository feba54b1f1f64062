import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { decideTogether } from './decide-claim.ts'
import type { Cluster, ClusterOptions } from './cluster-types.ts'
import { NodeNews } from './name-record.ts'
import { followNodes } from './replicate-nodes.ts'
import { redisKeys } from './keys.ts'
import { openRedisLink, type RedisLink } from './connection/redis-connection.ts'
import { beat, readNode, writeNames, type RunScript } from './node-store.ts'
import { createParcels, readParcels } from './forwarding.ts'
import { redisLimiter } from './connection/redis-limiter.ts'
import { LEAVE, RELEASE } from './lua-scripts.ts'
import { createStanding } from './sync-state.ts'

/** How long the first clients wait for Redis, in milliseconds, before their node goes on alone. */
const START_MS = 2000
/** How long changes are gathered before the others are told, in milliseconds. */
const GATHER_MS = 10
/** Names that are written at once. */
const CHUNK = 500

export function joinCluster(options: ClusterOptions): Cluster {
  const { io, redis, own, elsewhere, heard, deliver, taken, log } = options
  const { leaseMs = 10_000 } = redis
  const keys = redisKeys(redis.prefix)
  const node = randomBytes(8).toString('hex')

  let link: RedisLink | undefined
  let [ready, restoring, closed] = [false, false, false]
  /** Of this node's last news. */
  let number = 0
  /** Names to tell of. */
  const untold = new Set<string>()
  /** Names that were changed while Redis was not asked. */
  const unwritten = new Set<string>()
  /** When this node was last written to Redis as a whole, in milliseconds of performance.now(). */
  let writtenAt = 0
  const standing = createStanding(leaseMs)
  /** Whether somebody was told that Redis is away. */
  let toldAway = false
  let gathering: NodeJS.Timeout | undefined
  let again: NodeJS.Timeout | undefined

  const run: RunScript = (script, ...args) =>
    link?.run(script, keys.nodes, [keys.node, node, String(leaseMs), ...args]) ??
    Promise.reject(new Error('not connected'))

  const away = (why: string) => {
    if (closed) return
    if (!toldAway) log(`Redis is away (${why}): this node goes on by itself`)
    toldAway = true
    ready = false
    standing.away()
    clearTimeout(again)
    // Where the connection is lost, the link says when it is back.
    again = setTimeout(() => void restore(), leaseMs / 10)
  }
  const failed = (error: unknown) => away(error instanceof Error ? error.message : String(error))

  const channelOf = (to: string) => `${keys.node}${to}:messages`
  const parcels = createParcels((to, text) => link?.publish(channelOf(to), text))

  const publish = (news: NodeNews) => {
    if (link?.connected === true) io.serverSideEmit('node', news)
  }
  const tellOthers = () => {
    gathering = undefined
    // They would read what Redis had before, and not know that they missed this: told once it is written.
    if (!ready) return
    number += 1
    const names = Object.fromEntries([...untold].map((key) => [key, own.get(key) ?? null]))
    untold.clear()
    publish({ type: 'changed', node, number, names })
  }

  const tell = (key: string) => {
    untold.add(key)
    gathering ??= setTimeout(tellOthers, GATHER_MS)
  }

  const nodes = followNodes({
    elsewhere,
    heard,
    read: (other) =>
      readNode(run, other, (count) =>
        log(`Redis has ${count} ${count === 1 ? 'name' : 'names'} of another node that cannot be read`),
      ),
  })
  const askWhoLives = async () => {
    const live = await beat(run, number)
    live.delete(node)
    return live
  }
  // Where Redis has lost everything, the others need some time to write what they hold.
  const look = () => nodes.look(askWhoLives, performance.now() - writtenAt > leaseMs)

  const write = async (keys: readonly string[], mode: 'anew' | 'more') => {
    const names = keys.map((key) => [key, own.get(key)] as const)
    const askedAt = performance.now()
    const written = await writeNames(run, mode, number, names)
    standing.heard(written.moment, askedAt)
    for (const key of written.taken) taken(key)
    for (const key of written.won) tell(key)
  }
  const restore = async () => {
    if (ready || restoring || closed || link?.connected !== true) return
    restoring = true
    clearTimeout(again)
    try {
      unwritten.clear()
      const names = [...own.keys()]
      await write(names.slice(0, CHUNK), 'anew')
      for (let i = CHUNK; i < names.length; i += CHUNK) await write(names.slice(i, i + CHUNK), 'more')
      writtenAt = performance.now()
      await nodes.refresh()
      await look()
      while (unwritten.size > 0) {
        const changedMeanwhile = [...unwritten]
        unwritten.clear()
        await write(changedMeanwhile, 'more')
      }
      standing.joined()
      ready = true
      toldAway = false
      start()
      log('joined the other nodes through Redis')
      // The number of this tells them whether they missed something.
      tellOthers()
    } catch (error) {
      failed(error)
    } finally {
      restoring = false
    }
  }

  io.on('node', (input) => {
    const news = v.safeParse(NodeNews, input)
    if (news.success && !closed) nodes.hear(news.output).catch(failed)
  })

  const beats = setInterval(() => {
    if (ready) look().catch(failed)
  }, leaseMs / 3)

  let start = () => {}
  const started = new Promise<void>((resolve, reject) => {
    const waiting = setTimeout(resolve, START_MS)
    start = () => {
      clearTimeout(waiting)
      resolve()
    }
    openRedisLink(
      { ...redis, prefix: keys.prefix },
      {
        connected: () => void restore(),
        lost: away,
        refused: (why) => log(`Redis refuses a subscription (${why}); is it Redis 7 or later?`),
      },
    ).then((opened) => {
      link = opened
      if (closed) opened.close()
      else {
        io.adapter(opened.adapter as Parameters<typeof io.adapter>[0])
        opened.listen(channelOf(node), (text) => {
          readParcels(text).forEach(deliver)
        })
      }
    }, reject)
  })

  return {
    get ready() {
      return ready
    },
    standing,
    started,

    limiter: redisLimiter(keys.prefix, (script, key, args) =>
      ready && link ? link.run(script, key, args) : Promise.reject(new Error('Redis is away')),
    ),

    async claim(claim, mostParties) {
      if (!ready) return undefined
      try {
        return await decideTogether(run, claim, mostParties)
      } catch (error) {
        failed(error)
        return undefined
      }
    },

    send: (to, parcel) => parcels.send(to, parcel),

    release(key, party, since) {
      if (ready) run(RELEASE, key, party, since).catch(failed)
    },

    changed(key, told) {
      if (!ready) unwritten.add(key)
      if (told) tell(key)
    },

    contest(key) {
      if (ready) write([key], 'more').catch(failed)
      else unwritten.add(key)
    },

    async close() {
      closed = true
      ready = false
      start()
      clearInterval(beats)
      clearTimeout(gathering)
      clearTimeout(again)
      if (link?.connected === true) {
        publish({ type: 'gone', node })
        await run(LEAVE).catch(() => undefined)
      }
      link?.close()
    },
  }
}
