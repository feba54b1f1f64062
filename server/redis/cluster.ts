import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import type { Cluster, ClusterOptions } from './cluster-types.ts'
import { connectRedis, type RedisConnection } from './connection/redis-connection.ts'
import { redisLimiter } from './connection/redis-limiter.ts'
import { decideClaim } from './decide-claim.ts'
import { createForwarder, readForwarded } from './forwarding.ts'
import { redisKeys } from './keys.ts'
import { LEAVE, RELEASE } from './lua-scripts.ts'
import { NodeUpdate } from './name-record.ts'
import { heartbeat, readNode, writeNames, type RunScript } from './node-store.ts'
import { replicateNodes } from './replicate-nodes.ts'
import { createSyncTracker } from './sync-state.ts'

/** How long the first clients wait for Redis, in milliseconds, before their node continues alone. */
const START_MS = 2000
/** Milliseconds for which changes are gathered before they are sent to the other nodes. */
const BATCH_MS = 10
/** How many names are written at once. */
const CHUNK = 500

/** Joins the other nodes of the same Redis. */
export function joinCluster(options: ClusterOptions): Cluster {
  const { io, redis, own, remoteUsers, remoteNameChanged, deliver, nameTaken, log } = options
  const { leaseMs = 10_000 } = redis
  const keys = redisKeys(redis.prefix)
  const node = randomBytes(8).toString('hex')

  let connection: RedisConnection | undefined
  let [ready, restoring, closed] = [false, false, false]
  /** The number of this node's last update. */
  let number = 0
  /** Names whose change the other nodes have not been sent. */
  const unsent = new Set<string>()
  /** Names that changed while Redis could not be asked. */
  const unwritten = new Set<string>()
  /** When this node was last written to Redis as a whole, in milliseconds of performance.now(). */
  let writtenAt = 0
  const sync = createSyncTracker(leaseMs)
  let hasLoggedAway = false
  let batchTimer: NodeJS.Timeout | undefined
  let retryTimer: NodeJS.Timeout | undefined

  const run: RunScript = (script, ...args) =>
    connection?.run(script, keys.nodes, [keys.node, node, String(leaseMs), ...args]) ??
    Promise.reject(new Error('not connected'))

  const lost = (why: string) => {
    if (closed) return
    if (!hasLoggedAway) log(`Redis is away (${why}): this node goes on by itself`)
    hasLoggedAway = true
    ready = false
    sync.lost()
    clearTimeout(retryTimer)
    // If the connection is lost, its `connected` event restores sooner.
    retryTimer = setTimeout(() => void restore(), leaseMs / 10)
  }
  const failed = (error: unknown) => lost(error instanceof Error ? error.message : String(error))

  const channelOf = (to: string) => `${keys.node}${to}:messages`
  const forwarder = createForwarder((to, text) => connection?.publish(channelOf(to), text))

  const publish = (update: NodeUpdate) => {
    if (connection?.connected === true) io.serverSideEmit('node', update)
  }
  const sendUpdate = () => {
    batchTimer = undefined
    // While Redis is outdated, the others would read old records and not know that they missed this. Restoring sends it.
    if (!ready) return
    number += 1
    const names = Object.fromEntries([...unsent].map((key) => [key, own.get(key) ?? null]))
    unsent.clear()
    publish({ type: 'changed', node, number, names })
  }

  const announce = (key: string) => {
    unsent.add(key)
    batchTimer ??= setTimeout(sendUpdate, BATCH_MS)
  }

  const replicas = replicateNodes({
    remoteUsers,
    remoteNameChanged,
    read: (other) =>
      readNode(run, other, (count) =>
        log(`Redis has ${count} ${count === 1 ? 'name' : 'names'} of another node that cannot be read`),
      ),
  })
  const askLiveNodes = async () => {
    const live = await heartbeat(run, number)
    live.delete(node)
    return live
  }
  // If Redis has lost everything, the others need some time to write what they hold.
  const checkLiveness = () => replicas.checkLiveness(askLiveNodes, performance.now() - writtenAt > leaseMs)

  const write = async (keys: readonly string[], mode: 'replace' | 'add') => {
    const names = keys.map((key) => [key, own.get(key)] as const)
    const askedAt = performance.now()
    const written = await writeNames(run, mode, number, names)
    sync.clockRead(written.timestamp, askedAt)
    for (const key of written.taken) nameTaken(key)
    for (const key of written.won) announce(key)
  }
  const restore = async () => {
    if (ready || restoring || closed || connection?.connected !== true) return
    restoring = true
    clearTimeout(retryTimer)
    try {
      unwritten.clear()
      const names = [...own.keys()]
      await write(names.slice(0, CHUNK), 'replace')
      for (let i = CHUNK; i < names.length; i += CHUNK) await write(names.slice(i, i + CHUNK), 'add')
      writtenAt = performance.now()
      await replicas.reload()
      await checkLiveness()
      while (unwritten.size > 0) {
        const changedMeanwhile = [...unwritten]
        unwritten.clear()
        await write(changedMeanwhile, 'add')
      }
      sync.joined()
      ready = true
      hasLoggedAway = false
      start()
      log('joined the other nodes through Redis')
      // The number of this update tells them whether they missed one.
      sendUpdate()
    } catch (error) {
      failed(error)
    } finally {
      restoring = false
    }
  }

  io.on('node', (input) => {
    const update = v.safeParse(NodeUpdate, input)
    if (update.success && !closed) replicas.apply(update.output).catch(failed)
  })

  const heartbeats = setInterval(() => {
    if (ready) checkLiveness().catch(failed)
  }, leaseMs / 3)

  let start = () => {}
  const started = new Promise<void>((resolve, reject) => {
    const waiting = setTimeout(resolve, START_MS)
    start = () => {
      clearTimeout(waiting)
      resolve()
    }
    connectRedis(
      { ...redis, prefix: keys.prefix },
      {
        connected: () => void restore(),
        lost,
        refused: (why) => log(`Redis refuses a subscription (${why}); is it Redis 7 or later?`),
      },
    ).then((opened) => {
      connection = opened
      if (closed) opened.close()
      else {
        io.adapter(opened.adapter as Parameters<typeof io.adapter>[0])
        opened.listen(channelOf(node), (text) => {
          readForwarded(text).forEach(deliver)
        })
      }
    }, reject)
  })

  return {
    get ready() {
      return ready
    },
    sync,
    started,

    limiter: redisLimiter(keys.prefix, (script, key, args) =>
      ready && connection ? connection.run(script, key, args) : Promise.reject(new Error('Redis is away')),
    ),

    async claim(claim, maxParties) {
      if (!ready) return undefined
      try {
        return await decideClaim(run, claim, maxParties)
      } catch (error) {
        failed(error)
        return undefined
      }
    },

    send: (to, message) => forwarder.send(to, message),

    release(key, party, since) {
      if (ready) run(RELEASE, key, party, since).catch(failed)
    },

    changed(key, announced) {
      if (!ready) unwritten.add(key)
      if (announced) announce(key)
    },

    resolveConflict(key) {
      if (ready) write([key], 'add').catch(failed)
      else unwritten.add(key)
    },

    async close() {
      closed = true
      ready = false
      start()
      clearInterval(heartbeats)
      clearTimeout(batchTimer)
      clearTimeout(retryTimer)
      if (connection?.connected === true) {
        publish({ type: 'gone', node })
        await run(LEAVE).catch(() => undefined)
      }
      connection?.close()
    },
  }
}
