import type { OutgoingMessage, Party } from '../../../core/index.ts'

/** What one side has sent to and received from one party in one call, by the rules of the protocol. */
export interface Channel {
  readonly callId: string
  readonly to: Party
  /** The types of the messages sent: number 1 is first. {@link acked} of them are acknowledged. */
  readonly sent: OutgoingMessage['type'][]
  /** The types of messages that have no number yet. */
  readonly unsent: OutgoingMessage['type'][]
  acked: number
  /** When the oldest unacknowledged message was last sent, in time that the client was awake. */
  sentAt: number
  /** Numbers that arrived out of order. {@link inOrder} arrived in order. */
  readonly ahead: Set<number>
  inOrder: number
  /** Whether its call was open when it began. If not, what arrived before is unknown. */
  readonly wasOpen: boolean
  received: number
  /** When a `resume` last required an answer. */
  answeredAt: number
  /** Numbers that have to be transmitted at once; 0 for `resume`. */
  due: Set<number>
  owes: 'ack' | 'answer' | undefined
  /** The client may have dropped a message of it in a flood, so nothing is known of it any more. */
  isUnsure: boolean
}

/** How many messages may be unacknowledged at a time. */
export const WINDOW = 64

export function newChannel(callId: string, to: Party, wasOpen: boolean): Channel {
  const counts = { acked: 0, sentAt: 0, inOrder: 0, received: 0, answeredAt: -Infinity }
  return {
    callId,
    to,
    sent: [],
    unsent: [],
    ahead: new Set(),
    wasOpen,
    due: new Set(),
    owes: undefined,
    isUnsure: false,
    ...counts,
  }
}

/** Returns the numbers to retransmit, with 0 for `resume`. */
export function unacked({ acked, sent }: Channel, resumes = true): Set<number> {
  const count = Math.min(sent.length - acked, WINDOW)
  return new Set([...(resumes ? [0] : []), ...Array.from({ length: count }, (_, place) => acked + 1 + place)])
}

/** Records a transmission, and complains if its number does not fit. */
export function recordSent(
  channel: Channel,
  type: OutgoingMessage['type'],
  seq: number,
  complain: (what: string) => void,
) {
  channel.due.delete(seq)
  if (seq <= channel.acked) complain(`${type} ${seq} is sent again, though ${channel.acked} are acknowledged`)
  if (seq > channel.acked + WINDOW) complain(`${type} ${seq} is sent while ${channel.acked} are acknowledged`)
  if (seq <= channel.sent.length) {
    if (channel.sent[seq - 1] !== type) complain(`${type} is sent as number ${seq}, which is another message`)
    return
  }
  if (seq !== channel.sent.length + 1 || channel.unsent.shift() !== type)
    complain(`${type} is sent as number ${seq} after ${channel.sent.length}`)
  channel.sent.push(type)
}
