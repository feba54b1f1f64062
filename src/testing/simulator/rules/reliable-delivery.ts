import {
  defaultSettings,
  isOpen,
  type CallState,
  type IncomingMessage,
  type OutgoingMessage,
} from '../../../core/index.ts'
import {
  channelOf,
  isOverdueAfterCall,
  recordLink,
  recordSent,
  unacked,
  WINDOW,
  type Channel,
  type Moment,
} from './channel-ledger.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import { on, perClient, type MakeRule } from './rule.ts'

interface Past {
  readonly channels: Map<string, Channel>
  /** Messages that arrived before their invite, by call id, with the time of arrival. */
  readonly early: Map<string, Map<IncomingMessage, number>>
  /** When the other side of the open call last sent `resume`. */
  resumes: readonly number[]
  /** When strangers sent something, within {@link BEARABLE_MS}. */
  strangers: readonly number[]
  /** Since when the relay has been reachable. */
  onlineSince: Moment
}

const never: Moment = { world: Infinity, awake: Infinity }
/** From this number of channels, a client may have closed the least important ones. */
const MAX_CHANNELS = 60
/** Messages that end a call. They are acknowledged even by a party that has already forgotten the call. */
const endMessages = ['hang-up', 'cancel', 'decline', 'busy']
/** A `resume` is always answered up to this many times within {@link REFILL_MS}. */
const RESUMES = 16
const REFILL_MS = 8_000
/** A client never drops up to this many messages of strangers within {@link BEARABLE_MS}. */
const BEARABLE = 40
const BEARABLE_MS = 10_000
/** How long a message that arrives before its invite is kept, in milliseconds. */
const EARLY_MS = 60_000

const types = ['incoming', 'send', 'received'] as const

/**
 * Each message to a party is numbered, and delivered once and in order. It is retransmitted until it is acknowledged,
 * and at once when the connection comes back.
 */
export const deliversExactlyOnce: MakeRule = (report) => {
  const pasts = perClient((): Past => ({
    channels: new Map(),
    early: new Map(),
    resumes: [],
    strangers: [],
    onlineSince: never,
  }))
  const transmitted = (client: SimulatedClient, message: OutgoingMessage, now: number) => {
    const past = pasts(client)
    const call = client.state()
    const complain = (what: string) => report(client, now, what)
    const { to, callId, type, seq } = message
    if (to.party === undefined || type === 'invite') return
    if (past.onlineSince === never && type !== 'gone')
      complain(`${type} is sent while the relay cannot be reached`)
    const channel = channelOf(past.channels, callId, { user: to.user, party: to.party }, callIdOf(call))
    if (channel.isUnsure) return
    if (type === 'ack' || type === 'gone') {
      if (type === 'ack' || channel.owes === 'answer') channel.owes = undefined
      if (type === 'ack' && channel.wasOpen && isWith(call, channel) && message.body.seq > channel.inOrder)
        complain(`ack ${message.body.seq} where ${channel.inOrder} arrived in order`)
    } else if (type === 'resume') {
      if (channel.wasOpen && message.body.lastSeq > channel.inOrder)
        complain(`resume ${message.body.lastSeq} where ${channel.inOrder} arrived in order`)
      channel.due.delete(0)
    } else if (seq === undefined) {
      // A device that still rings after another one got the call learns this without a channel.
      if (type === 'cancel' && channel.owes === 'answer') channel.owes = undefined
    } else {
      recordSent(channel, type, seq, complain)
      if (seq === channel.acked + 1) channel.sentAt = momentOf(client, now)
    }
  }
  const arrived = (client: SimulatedClient, message: IncomingMessage, now: number) => {
    const past = pasts(client)
    const call = client.state()
    const { callId, from, type, seq } = message
    const name = `${callId} ${from.party}`
    if (mayBeDropped(past, call, from.user, now)) {
      channelOf(past.channels, callId, from, callIdOf(call)).isUnsure = true
      return
    }
    if (type === 'gone') {
      past.channels.delete(name)
      return
    }
    if (type === 'ack' || type === 'resume') {
      const channel = past.channels.get(name)
      if (!channel) return
      const upTo = type === 'ack' ? message.body.seq : message.body.lastSeq
      const acknowledges = upTo > channel.acked && upTo <= channel.sent.length
      if (acknowledges) {
        channel.acked = upTo
        channel.sentAt = momentOf(client, now)
      }
      if (type === 'resume' && callIdOf(call) === callId) {
        const isDue = acknowledges || now - channel.answeredAt >= defaultSettings.ackMs
        past.resumes = [...past.resumes.filter((at) => now - at < REFILL_MS), now]
        if (!isDue || past.resumes.length > RESUMES) return
        channel.due = unacked(channel, false)
        if (channel.due.size > 0) channel.answeredAt = now
      }
      return
    }
    if (seq === undefined) return
    const channel = channelOf(past.channels, callId, from, callIdOf(call))
    channel.owes = endMessages.includes(type) ? 'ack' : 'answer'
    if (seq > channel.inOrder) channel.ahead.add(seq)
    while (channel.ahead.delete(channel.inOrder + 1)) channel.inOrder++
  }
  return {
    crossed(client, crossing, now) {
      if (crossing.type === 'transmit') transmitted(client, crossing.message, now)
      else if (crossing.type === 'arrived') arrived(client, crossing.message, now)
      else {
        const past = pasts(client)
        const { online } = crossing
        if (online === (past.onlineSince !== never)) return
        past.onlineSince = online ? momentOf(client, now) : never
        for (const channel of past.channels.values()) {
          recordLink(channel, online, now)
          if (online) channel.due = unacked(channel)
        }
      }
    },
    events: on(types, (client, { event }, before, now) => {
      const past = pasts(client)
      const complain = (what: string) => report(client, now, what)
      const openCall = callIdOf(before.call)
      switch (event.type) {
        case 'incoming': {
          const early = past.early.get(event.callId)
          if (early)
            past.early.set(
              event.callId,
              new Map(
                [...early].filter(
                  ([{ from }, at]) => from.party === event.remote.party && now - at < EARLY_MS,
                ),
              ),
            )
          break
        }
        case 'send': {
          const { to, type, callId } = event.message
          if (to.party !== undefined && type !== 'invite' && type !== 'gone')
            channelOf(past.channels, callId, { user: to.user, party: to.party }, openCall).unsent.push(type)
          break
        }
        case 'received': {
          const { message } = event
          const { callId, from, seq } = message
          if (seq === undefined) break
          if (past.early.get(callId)?.delete(message)) break
          const channel = channelOf(past.channels, callId, from, openCall)
          if (openCall !== callId && !isOver(before.endedCalls, message)) {
            const early = past.early.get(callId) ?? new Map<IncomingMessage, number>()
            past.early.set(callId, early)
            if (['offer', 'candidates', 'select'].includes(message.type)) early.set(message, now)
          }
          if (channel.wasOpen && seq !== channel.received + 1)
            complain(`${message.type} ${seq} is taken in after ${channel.received}`)
          channel.received = seq
          break
        }
      }
    }),
    rested(client, now) {
      const past = pasts(client)
      const call = client.state()
      const { connection } = client.model()
      const awake = client.awakeMs(now)
      for (const channel of past.channels.values()) {
        if (channel.isUnsure) continue
        const isOpenOne = isOpen(call) && call.callId === channel.callId
        // A device that loses the call gets one `cancel`, which is not repeated during the call.
        const isLive = isWith(call, channel)
        if (channel.owes) report(client, now, `a message of ${channel.to.user} has no ${channel.owes}`)
        if (connection.status !== 'online' || !isLive || !channel.wasOpen) {
          channel.due.clear()
          const isJudged =
            connection.status === 'online' && channel.wasOpen && past.channels.size < MAX_CHANNELS
          if (isJudged && !isLive && isOverdueAfterCall(channel, past.onlineSince, momentOf(client, now)))
            report(client, now, `message ${channel.acked + 1} is not sent again after its call`)
          if (
            !isOpenOne &&
            channel.wasOpen &&
            channel.acked >= channel.sent.length &&
            channel.unsent.length === 0
          )
            past.channels.delete(`${channel.callId} ${channel.to.party}`)
          continue
        }
        if (channel.unsent.length > 0 && channel.sent.length - channel.acked < WINDOW)
          report(client, now, `${channel.unsent.join()} is said and not sent`)
        if (channel.due.size > 0)
          report(client, now, `${[...channel.due].join()} did not go out again at once`)
        if (channel.received < channel.inOrder)
          report(client, now, `${channel.inOrder - channel.received} messages arrived and are not taken in`)
        const since = Math.max(channel.sentAt.awake, past.onlineSince.awake)
        if (channel.acked < channel.sent.length && awake - since > defaultSettings.maxAckMs)
          report(client, now, `message ${channel.acked + 1} is not sent again`)
      }
      if (call.phase === 'ringing')
        for (const { type } of past.early.get(call.callId)?.keys() ?? [])
          report(client, now, `${type} came before its invite, and is lost`)
    },
  }
}

const momentOf = (client: SimulatedClient, now: number): Moment => ({
  world: now,
  awake: client.awakeMs(now),
})

const callIdOf = (call: CallState): string | undefined => (isOpen(call) ? call.callId : undefined)

/** Whether a client may drop a message because strangers sent too many. Counts the message. */
function mayBeDropped(past: Past, call: CallState, user: string, now: number): boolean {
  if (isOpen(call) && call.phase !== 'ringing' && call.remote.user === user) return false
  past.strangers = [...past.strangers.filter((at) => now - at < BEARABLE_MS), now]
  return past.strangers.length > BEARABLE
}

/** Whether a channel belongs to the open call, and that is not with another party. */
function isWith(call: CallState, { callId, to }: Channel): boolean {
  return isOpen(call) && call.callId === callId && (call.remote.party ?? to.party) === to.party
}

function isOver(endedCalls: readonly string[], { callId, from }: IncomingMessage): boolean {
  return endedCalls.includes(callId) || endedCalls.includes(`${callId} ${from.user}`)
}
