/**
 * The version of the rule by which names exclude each other ({@link nameKey}, {@link looksOf}). Raise it with the rule: nodes of
 * different versions would decide one claim in different ways, so they share nothing in Redis.
 */
const NAMES_VERSION = 2

/** Where the nodes of one relay meet in Redis. */
export interface RedisKeys {
  /** In front of channels and counters. */
  readonly prefix: string
  /** The set of all nodes. */
  readonly nodes: string
  /** In front of the id of a node: the hash of what it holds. */
  readonly node: string
}

/** In a Redis Cluster, keys with the same braces are on one server, as a script needs them. */
export function redisKeys(prefix = 'rxcall'): RedisKeys {
  const own = `${prefix}:v${NAMES_VERSION}`
  return { prefix: own, nodes: `{${own}}:nodes`, node: `{${own}}:node:` }
}
