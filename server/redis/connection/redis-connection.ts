import { createChannels } from './subscriptions.ts'

export interface RedisOptions {
  /** Where Redis is, such as `redis://127.0.0.1:6379`, or `rediss://` for TLS. It has to be Redis 7 or later. */
  readonly url: string
  /** Relays with the same prefix are nodes of one relay; `rxcall` by default. */
  readonly prefix?: string
  /** Milliseconds after which the users of a node that was killed are taken for gone; 10,000 by default. */
  readonly leaseMs?: number
}

/** The connections of a node to Redis. They come back by themselves. */
export interface RedisLink {
  /** The adapter of Socket.IO that goes over them. */
  readonly adapter: unknown
  /** Whether Redis can be asked. */
  readonly connected: boolean
  /** Hands a text to whoever listens to a channel; lost where Redis is away. */
  publish(channel: string, text: string): void
  listen(channel: string, listener: (text: string) => void): void
  /** Runs a script. Rejects where Redis is away, or does not answer in time. */
  run(script: string, key: string, args: readonly string[]): Promise<unknown>
  close(): void
}

/** How long Redis may take for an answer, in milliseconds. */
const ANSWER_MS = 2000

/**
 * Connects to Redis, for as long as it takes. `connected` is called each time that it can be asked (again), `lost` each
 * time that the connection is lost and for each try that fails. Rejects where the packages for it are not installed.
 */
export async function openRedisLink(
  { url, prefix, leaseMs = 10_000 }: RedisOptions & { readonly prefix: string },
  events: {
    readonly connected: () => void
    readonly lost: (why: string) => void
    readonly refused: (why: string) => void
  },
): Promise<RedisLink> {
  const { createClient, createShardedAdapter } = await loadPackages()
  const options = {
    url,
    disableOfflineQueue: true,
    // Where Redis hangs, what waits for it stays bounded.
    commandsQueueMaxLength: 20_000,
    // A Redis that hangs is as good as one that is away.
    pingInterval: Math.ceil(leaseMs / 3),
    socket: {
      connectTimeout: 5000,
      socketTimeout: leaseMs,
      reconnectStrategy: (tries: number) => Math.min(2000, 50 * 2 ** tries) * (1 + Math.random() * 0.3),
    },
  }
  const [publisher, subscriber] = [createClient(options), createClient(options)]
  const refused = (error: unknown) => events.refused(tell(error))
  const channels = createChannels(subscriber, (error) => {
    if (subscriber.isReady) refused(error)
  })
  // The adapter knows by `sSubscribe` of which package a client is, also the one that publishes.
  const client = {
    ...channels,
    sPublish: (channel: string, message: string | Buffer) => publisher.sPublish(channel, message),
  }
  let closed = false
  let connected = false
  const look = () => {
    const now = publisher.isReady && subscriber.isReady
    if (closed || connected === now) return
    connected = now
    if (now) events.connected()
  }
  for (const connection of [publisher, subscriber]) {
    connection.on('ready', () => {
      if (connection === subscriber) channels.restore()
      look()
    })
    connection.on('error', (error) => {
      look()
      if (!closed && !connected) events.lost(tell(error))
    })
    // It tries until it is closed.
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
    throw new Error('Redis needs two packages more: npm install @redis/client @socket.io/redis-adapter', {
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
