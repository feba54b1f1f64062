/**
 * The version of the rule by which names exclude each other ({@link nameKey}, {@link looksOf}). Raise it when the rule changes. Nodes of
 * different versions would decide a claim differently, so they share nothing in Redis.
 */
const NAMES_VERSION = 2

/** The keys that the nodes of one relay share in Redis. */
export interface RedisKeys {
  /** The prefix of channels and counters. */
  readonly prefix: string
  /** The set of all nodes. */
  readonly nodes: string
  /** The prefix of the hash of a node, before its id. */
  readonly node: string
}

/** In a Redis Cluster, keys with the same text in braces are on one server, which a script requires. */
export function redisKeys(prefix = 'rxcall'): RedisKeys {
  const own = `${prefix}:v${NAMES_VERSION}`
  return { prefix: own, nodes: `{${own}}:nodes`, node: `{${own}}:node:` }
}
