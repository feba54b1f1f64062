import type { IncomingMessage, Party } from '../protocol/index.ts'

/** Names one peer connection of a call. */
export interface PeerId {
  /**
   * The party at the other end, if the connection is for that party alone. Otherwise the connection is for whichever
   * party has the call.
   */
  readonly party?: Party
  /** Counts the connections that replace each other: 0, 1, 2 … */
  readonly epoch: number
}

/** Whether both name the same peer connection. */
export function samePeer(one: PeerId, other: PeerId): boolean {
  return one.epoch === other.epoch && isForSameParty(one, other)
}

/** Whether both are for the same party. Of these, only the one with the highest epoch is open. */
export function isForSameParty(one: PeerId, other: PeerId): boolean {
  return one.party?.party === other.party?.party
}

/** Whether `message` is a signal of the peer connection `peer`. */
export function isSignalOf({ party, epoch }: PeerId, message: IncomingMessage): boolean {
  return (message.epoch ?? 0) === epoch && (party === undefined || message.from.party === party.party)
}

/** Extracts the id from an object with more fields. */
export function peerIdOf({ party, epoch }: PeerId): PeerId {
  return party ? { party, epoch } : { epoch }
}
