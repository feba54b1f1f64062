import { createSubscriptions } from './subscriptions.ts'

export interface RedisOptions {
  /** The URL of Redis, such as `redis://127.0.0.1:6379`, or `rediss://` for TLS. It has to be Redis 7 or later. */
  readonly url: string
  /** Relays with the same prefix are nodes of one relay; `rxcall` by default. */
  readonly prefix?: string
  /** Milliseconds after which the users of a node that was killed count as gone; 10,000 by default. */
  readonly leaseMs?: number
}

/** The connections of a node to Redis. They reconnect by themselves. */
export interface RedisConnection {
  /** The adapter of Socket.IO that uses them. */
  readonly adapter: unknown
  /** Whether Redis can be asked. */
  readonly connected: boolean
  /** Publishes a text on a channel. It is lost if Redis is away. */
  publish(channel: string, text: string): void
  listen(channel: string, listener: (text: string) => void): void
  /** Runs a script. Rejects if Redis is away or does not answer in time. */
  run(script: string, key: string, args: readonly string[]): Promise<unknown>
  close(): void
}

/** How long Redis may take for an answer, in milliseconds. */
const ANSWER_MS = 2000

/**
 * Connects to Redis, and retries until it succeeds. Calls `connected` each time that Redis can be asked. Calls `lost`
 * each time that the connection is lost or an attempt fails. Rejects if the packages for it are not installed.
 */
export async function connectRedis(
  { url, prefix, leaseMs = 10_000 }: RedisOptions & { readonly prefix: string },
  events: {
    readonly connected: () => void
    readonly lost: (why: string) => void
    readonly refused: (why: string) => void
  },
): Promise<RedisConnection> {
  const { createClient, createShardedAdapter } = await loadPackages()
  const options = {
    url,
    disableOfflineQueue: true,
    // If Redis hangs, the queue of commands stays bounded.
    commandsQueueMaxLength: 20_000,
    // Detects a Redis that hangs.
    pingInterval: Math.ceil(leaseMs / 3),
    socket: {
      connectTimeout: 5000,
      socketTimeout: leaseMs,
      reconnectStrategy: (tries: number) => Math.min(2000, 50 * 2 ** tries) * (1 + Math.random() * 0.3),
    },
  }
  const [publisher, subscriber] = [createClient(options), createClient(options)]
  const refused = (error: unknown) => events.refused(tell(error))
  const channels = createSubscriptions(subscriber, (error) => {
    if (subscriber.isReady) refused(error)
  })
  // The adapter recognizes a client's package by `sSubscribe`, so the publishing client needs it, too.
  const client = {
    ...channels,
    sPublish: (channel: string, message: string | Buffer) => publisher.sPublish(channel, message),
  }
  let closed = false
  let connected = false
  const update = () => {
    const now = publisher.isReady && subscriber.isReady
    if (closed || connected === now) return
    connected = now
    if (now) events.connected()
  }
  for (const connection of [publisher, subscriber]) {
    connection.on('ready', () => {
      if (connection === subscriber) channels.resubscribe()
      update()
    })
    connection.on('error', (error) => {
      update()
      if (!closed && !connected) events.lost(tell(error))
    })
    // It retries until it is closed.
    connection.connect().catch(() => undefined)
  }

  return {
    get connected() {
      return connected
    },
    adapter: createShardedAdapter(client, client, { channelPrefix: prefix, subscriptionMode: 'static' }),
    publish: (channel, text) => void publisher.sPublish(channel, text).catch(() => undefined),
    listen: (channel, listener) => channels.sSubscribe(channel, (text) => listener(text.toString())),
    run: (script, key, args) =>
      inTime(publisher.eval(script, { keys: [key], arguments: [...args] }), ANSWER_MS),
    close() {
      closed = true
      connected = false
      publisher.destroy()
      subscriber.destroy()
    },
  }
}

async function loadPackages() {
  try {
    const [{ createClient }, { createShardedAdapter }] = await Promise.all([
      import('@redis/client'),
      import('@socket.io/redis-adapter'),
    ])
    return { createClient, createShardedAdapter }
  } catch (cause) {
    throw new Error('Redis needs two more packages: npm install @redis/client @socket.io/redis-adapter', {
      cause,
    })
  }
}

async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis took more than ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

const tell = (error: unknown): string =>
  error instanceof AggregateError
    ? tell(error.errors[0])
    : error instanceof Error
      ? error.message
      : String(error)
