/** How often something may happen: `points` times in `seconds`, counted from the first time. */
export interface Allowance {
  readonly points: number
  readonly seconds: number
}

/** What a relay accepts at most. `Infinity` removes a limit. */
export interface RelayLimits {
  /** Admitted connections at once. */
  readonly connections: number
  /** Connections at once that are not admitted yet. Beyond them the oldest one gives way to each newer one. */
  readonly handshakes: number
  /** Connections at once from one address. */
  readonly connectionsPerAddress: number
  /** Claims from one address, accepted or not. */
  readonly handshakesPerAddress: Allowance
  /** Messages of one user, all parties together. */
  readonly messagesPerUser: Allowance
  readonly messagesPerAddress: Allowance
  /** Invites of one user. One call sends one to fifteen of them. */
  readonly invitesPerUser: Allowance
  readonly invitesPerAddress: Allowance
  /** Milliseconds within which a connection has to be admitted. The headers of a request have the same time. */
  readonly handshakeMs: number
  /** Bytes of one packet. A larger one cuts the connection. The largest message that a client may send fits, with its envelope. */
  readonly packetBytes: number
  /** Bytes that a connection may send in a second. Those of four seconds may come at once. Beyond them it is cut. */
  readonly bytesPerSecond: number
  /** Bytes that may be queued for a client that does not read. Beyond them it gets no messages; beyond twice as many it is cut. */
  readonly backlogBytes: number
  /** Milliseconds for which a client may read nothing of what is queued for it, before it is cut. Applies to HTTP responses, too. */
  readonly slowMs: number
  /** Users that a roster lists. The others can still be called. */
  readonly rosterUsers: number
  /** Milliseconds for which changes of a roster are gathered. The first change after a pause is sent at once. */
  readonly rosterBatchMs: number
}

/**
 * A household, an office or a mobile carrier may share one address, so limits by address are generous. An unanswered call sends up to
 * fifteen invites, so the allowance of invites is eight unanswered calls a minute.
 */
export const defaultLimits: RelayLimits = {
  connections: 10_000,
  handshakes: 10_000,
  connectionsPerAddress: 200,
  handshakesPerAddress: { points: 600, seconds: 60 },
  messagesPerUser: { points: 3000, seconds: 60 },
  messagesPerAddress: { points: 20_000, seconds: 60 },
  invitesPerUser: { points: 120, seconds: 60 },
  invitesPerAddress: { points: 1200, seconds: 60 },
  handshakeMs: 10_000,
  packetBytes: 96 * 1024,
  bytesPerSecond: 256 * 1024,
  backlogBytes: 2 * 1024 * 1024,
  slowMs: 10_000,
  rosterUsers: 1000,
  rosterBatchMs: 50,
}
