type Listener = (message: Buffer, channel: Buffer) => void

/** The part of a Redis client that subscribes to channels of sharded Pub/Sub. */
export interface Subscriber {
  readonly isReady: boolean
  sSubscribe(channel: string, listener: Listener, bufferMode: true): Promise<unknown>
  sUnsubscribe(channel: string, listener: Listener, bufferMode: true): Promise<unknown>
}

/** What Socket.IO's adapter expects of a client that subscribes. */
export interface Subscriptions {
  sSubscribe(channel: string, listener: Listener): void
  sUnsubscribe(channel: string): void
  /** Subscribes again after the client has connected. */
  resubscribe(): void
}

/**
 * Subscriptions that outlive the connection to Redis. Changes that are made while it is away are applied when it is back. Nothing
 * rejects; `failed` is called if Redis refuses a subscription.
 */
export function createSubscriptions(subscriber: Subscriber, failed: (error: unknown) => void): Subscriptions {
  const wanted = new Map<string, Listener>()
  const subscribed = new Set<string>()
  const dispatch: Listener = (message, channel) => wanted.get(channel.toString())?.(message, channel)

  const subscribe = (channel: string) => {
    if (!subscriber.isReady) return
    subscribed.add(channel)
    subscriber.sSubscribe(channel, dispatch, true).catch(failed)
  }
  const unsubscribe = (channel: string) => {
    if (!subscriber.isReady) return
    subscribed.delete(channel)
    subscriber.sUnsubscribe(channel, dispatch, true).catch(failed)
  }

  return {
    sSubscribe(channel, listener) {
      wanted.set(channel, listener)
      subscribe(channel)
    },
    sUnsubscribe(channel) {
      wanted.delete(channel)
      unsubscribe(channel)
    },
    resubscribe() {
      for (const channel of [...subscribed]) if (!wanted.has(channel)) unsubscribe(channel)
      for (const channel of wanted.keys()) subscribe(channel)
    },
  }
}
