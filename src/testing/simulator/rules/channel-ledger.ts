import { defaultSettings, type OutgoingMessage, type Party } from '../../../core/index.ts'

/** A time in milliseconds: of the world, and the part during which the client was awake. */
export interface Moment {
  readonly world: number
  readonly awake: number
}

/** What one side has sent to and received from one party in one call, by the rules of the protocol. */
export interface Channel {
  readonly callId: string
  readonly to: Party
  /** The types of the messages sent: number 1 is first. {@link acked} of them are acknowledged. */
  readonly sent: OutgoingMessage['type'][]
  /** The types of messages that have no number yet. */
  readonly unsent: OutgoingMessage['type'][]
  acked: number
  /** When the oldest unacknowledged message was last sent. */
  sentAt: Moment
  /** Numbers that arrived out of order. {@link inOrder} arrived in order. */
  readonly ahead: Set<number>
  inOrder: number
  /** Whether its call was open when it began. If not, what arrived before is unknown. */
  readonly wasOpen: boolean
  /**
   * Until when messages are retransmitted after the call, in world time. Undefined while its party has the open call.
   */
  lingersUntil: number | undefined
  received: number
  /** When a `resume` last required an answer. */
  answeredAt: number
  /** Numbers that have to be transmitted at once; 0 for `resume`. */
  due: Set<number>
  owes: 'ack' | 'answer' | undefined
  /** The client may have dropped one of its messages in a flood, so its state is unknown. */
  isUnsure: boolean
}

const { lingerMs, maxAckMs } = defaultSettings
/** How many messages may be unacknowledged at a time. */
export const WINDOW = 64

/** Returns the channel of a call with a party, a new one if there is none yet. `openCall` is the call that is open. */
export function channelOf(
  channels: Map<string, Channel>,
  callId: string,
  to: Party,
  openCall: string | undefined,
): Channel {
  const name = `${callId} ${to.party}`
  const known = channels.get(name)
  if (known) return known
  const channel = newChannel(callId, to, openCall === callId)
  channels.set(name, channel)
  return channel
}

function newChannel(callId: string, to: Party, wasOpen: boolean): Channel {
  const counts = { acked: 0, inOrder: 0, received: 0, answeredAt: -Infinity }
  return {
    callId,
    to,
    sent: [],
    sentAt: { world: 0, awake: 0 },
    unsent: [],
    ahead: new Set(),
    wasOpen,
    lingersUntil: undefined,
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

/** Records a transmission, and reports a number that does not fit. */
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

/**
 * Whether the oldest unacknowledged message should have been retransmitted by `now`, after the call. It should if that was due
 * while the channel lingered.
 */
export function isOverdueAfterCall(channel: Channel, online: Moment, now: Moment): boolean {
  channel.lingersUntil ??= now.world + lingerMs
  if (channel.acked >= channel.sent.length) return false
  const due = Math.max(channel.sentAt.world, online.world) + maxAckMs
  return due < channel.lingersUntil && now.awake - Math.max(channel.sentAt.awake, online.awake) > maxAckMs
}

/** Records that the relay was lost or came back at `now`. Channels that still linger then start their time over. */
export function recordLink(channel: Channel, isOnline: boolean, now: number): void {
  const { lingersUntil } = channel
  if (lingersUntil === undefined) return
  if (!isOnline && lingersUntil <= now) channel.lingersUntil = -Infinity
  if (isOnline && lingersUntil > -Infinity) channel.lingersUntil = now + lingerMs
}
