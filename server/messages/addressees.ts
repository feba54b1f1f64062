import type { Address, Party } from '../../src/core/protocol/index.ts'
import type { RelaySocket } from '../relay-socket.ts'
import type { MessageFrame } from './message-frame.ts'

/** The parties that an address means. */
export interface Addressees {
  /** Connections of this node. */
  readonly local: readonly RelaySocket[]
  /** Parties on other nodes. */
  readonly remote: readonly RemoteParty[]
}

/** A party on another node. */
export interface RemoteParty extends Party {
  readonly node: string
  /** Whether it accepts messages at the moment. False while too much is queued for it. */
  readonly keepsUp: boolean
}

/** What routing a message needs to know of users. */
export interface MessageRoutes {
  find(address: Address): Addressees
  /** Sends a message to a party on another node. With `isProgress`, that node notes it for the summary of its call. */
  send(to: RemoteParty, frame: MessageFrame, isProgress: boolean): void
}
