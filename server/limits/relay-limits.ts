/** How often something may happen: `points` times in `seconds`, counted from the first time. */
export interface Allowance {
  readonly points: number
  readonly seconds: number
}

/** What a relay takes at the most. `Infinity` takes a limit away. */
export interface RelayLimits {
  /** Connections at once, of those that are let in. */
  readonly connections: number
  /** Connections at once that are not let in yet. Beyond them the oldest one gives way to each that comes. */
  readonly handshakes: number
  /** Connections at once from one address. */
  readonly connectionsPerAddress: number
  /** Claims from one address, whatever becomes of them. */
  readonly handshakesPerAddress: Allowance
  /** Messages of one user, all parties together. */
  readonly messagesPerUser: Allowance
  readonly messagesPerAddress: Allowance
  /** Invites of one user: a phone that rings once has had one to fifteen of them. */
  readonly invitesPerUser: Allowance
  readonly invitesPerAddress: Allowance
  /** Milliseconds that a connection has until it is let in; the headers of a request have as long. */
  readonly handshakeMs: number
  /** Bytes of one packet; a larger one cuts the connection. The largest message that a client may send fits, with its envelope. */
  readonly packetBytes: number
  /** Bytes that a connection may send in a second; those of four seconds may come at once. Beyond them it is cut. */
  readonly bytesPerSecond: number
  /** Bytes that may wait for a client that does not read. Beyond them it gets no messages, beyond twice as many it is cut. */
  readonly backlogBytes: number
  /** Milliseconds that a client may leave what waits for it unread, before it is cut; an answer of the relay's own server, too. */
  readonly slowMs: number
  /** Users that a roster lists. Others can be called all the same. */
  readonly rosterUsers: number
  /** Milliseconds for which changes of a roster are gathered; the first one after a rest goes out at once. */
  readonly rosterBatchMs: number
}

/**
 * One household, office or mobile carrier may be one address, so what counts by address is generous. Who invites somebody says
 * so up to fifteen times while nothing comes back, so an allowance of invites is one of eight unanswered calls a minute.
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
