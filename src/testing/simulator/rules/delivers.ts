import {
  defaultSettings,
  isOpen,
  type CallState,
  type IncomingMessage,
  type OutgoingMessage,
  type Party,
} from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** What one side knows of a channel: of one call, with one party of the other side. */
interface Line {
  readonly callId: string
  readonly to: Party
  /** What was said, by number from 1, and how much of it is acknowledged. */
  readonly said: OutgoingMessage['type'][]
  /** What is said and not sent yet. */
  readonly unsent: OutgoingMessage['type'][]
  acked: number
  /** When the oldest that is not acknowledged was sent last, in time that the client was awake. */
  sentAt: number
  /** Numbers that arrived out of order, and how many arrived in order; unknown where it began before its call. */
  readonly ahead: Set<number>
  inOrder: number
  readonly wasOpen: boolean
  received: number
  /** When a `resume` was last to be answered. */
  answeredAt: number
  /** What has to go out at once. */
  due: Set<number>
  owes: 'ack' | 'answer' | undefined
}

interface Past {
  readonly lines: Map<string, Line>
  /** What came before its call, by call, and when. */
  readonly early: Map<string, Map<IncomingMessage, number>>
  /** When the other side of the open call last asked for everything again. */
  resumes: readonly number[]
  /** Since when the relay can be reached, in time that the client was awake. */
  onlineSince: number
}

/** Farewells are acknowledged also by who knows nothing of the call any more. */
const farewells = ['hang-up', 'cancel', 'decline', 'busy']
const WINDOW = 64
/** So many times a `resume` is answered in any case, within the time after which there may be as many again. */
const RESUMES = 16
const REFILL_MS = 8_000
/** For so long what came before its call is kept, in milliseconds. */
const EARLY_MS = 60_000

const types = ['connection', 'incoming', 'send', 'transmit', 'arrived', 'received'] as const

/**
 * Each message to a party is numbered, goes out again until it is acknowledged, at once where the connection comes back,
 * and is taken in once and in order.
 */
export const deliversAll: MakeRule = (report) => {
  const pasts = perClient((): Past => ({
    lines: new Map(),
    early: new Map(),
    resumes: [],
    onlineSince: Infinity,
  }))
  return {
    events: on(types, (client, { event, state }, before, now) => {
      const past = pasts(client)
      const complain = (what: string) => report(client, now, what)
      const openCall = isOpen(before.call) ? before.call.callId : undefined
      switch (event.type) {
        case 'connection': {
          const isBack = event.connection.status === 'online' && before.connection.status !== 'online'
          if (event.connection.status !== 'online') past.onlineSince = Infinity
          else if (isBack) past.onlineSince = client.awakeMs(now)
          if (isBack) for (const line of past.lines.values()) line.due = unacked(line)
          break
        }
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
            lineOf(past, callId, to.user, to.party, openCall).unsent.push(type)
          break
        }
        case 'transmit': {
          const { message } = event
          const { to, callId, type, seq } = message
          if (to.party === undefined || type === 'invite') break
          if (state.connection.status !== 'online' && type !== 'gone')
            complain(`${type} is sent while the relay cannot be reached`)
          const line = lineOf(past, callId, to.user, to.party, openCall)
          if (type === 'ack' || type === 'gone') {
            if (type === 'ack' || line.owes === 'answer') line.owes = undefined
            if (
              type === 'ack' &&
              line.wasOpen &&
              isWith(before.call, line) &&
              message.body.seq > line.inOrder
            )
              complain(`ack ${message.body.seq} where ${line.inOrder} arrived in order`)
          } else if (type === 'resume') {
            if (line.wasOpen && message.body.lastSeq > line.inOrder)
              complain(`resume ${message.body.lastSeq} where ${line.inOrder} arrived in order`)
            line.due.delete(0)
          } else if (seq === undefined) {
            // A device that rings when another one has the call is told so without a channel.
            if (type === 'cancel' && line.owes === 'answer') line.owes = undefined
          } else {
            sent(line, type, seq, complain)
            if (seq === line.acked + 1) line.sentAt = client.awakeMs(now)
          }
          break
        }
        case 'arrived': {
          const { message } = event
          const { callId, from, type, seq } = message
          const name = `${callId} ${from.party}`
          if (type === 'gone') {
            past.lines.delete(name)
            break
          }
          if (type === 'ack' || type === 'resume') {
            const line = past.lines.get(name)
            if (!line) break
            const upTo = type === 'ack' ? message.body.seq : message.body.lastSeq
            const acknowledges = upTo > line.acked && upTo <= line.said.length
            if (acknowledges) {
              line.acked = upTo
              line.sentAt = client.awakeMs(now)
            }
            if (type === 'resume' && openCall === callId) {
              const isDue = acknowledges || now - line.answeredAt >= defaultSettings.ackMs
              past.resumes = [...past.resumes.filter((at) => now - at < REFILL_MS), now]
              if (!isDue || past.resumes.length > RESUMES) break
              line.due = unacked(line, false)
              if (line.due.size > 0) line.answeredAt = now
            }
            break
          }
          if (seq === undefined) break
          const line = lineOf(past, callId, from.user, from.party, openCall)
          line.owes = farewells.includes(type) ? 'ack' : 'answer'
          if (seq > line.inOrder) line.ahead.add(seq)
          while (line.ahead.delete(line.inOrder + 1)) line.inOrder++
          break
        }
        case 'received': {
          const { message } = event
          const { callId, from, seq } = message
          if (seq === undefined) break
          if (past.early.get(callId)?.delete(message)) break
          const line = lineOf(past, callId, from.user, from.party, openCall)
          if (openCall !== callId && !isOver(before.endedCalls, message)) {
            const early = past.early.get(callId) ?? new Map<IncomingMessage, number>()
            past.early.set(callId, early)
            if (['offer', 'candidates', 'select'].includes(message.type)) early.set(message, now)
          }
          if (line.wasOpen && seq !== line.received + 1)
            complain(`${message.type} ${seq} is taken in after ${line.received}`)
          line.received = seq
          break
        }
      }
    }),
    rested(client, now) {
      const past = pasts(client)
      const call = client.state()
      const { connection } = client.model()
      const awake = client.awakeMs(now)
      for (const line of past.lines.values()) {
        const isOpenOne = isOpen(call) && call.callId === line.callId
        // A device that does not get the call is told so, and that is not repeated for as long as the call lasts.
        const isLive = isWith(call, line)
        if (line.owes) report(client, now, `a message of ${line.to.user} has no ${line.owes}`)
        if (connection.status !== 'online' || !isLive || !line.wasOpen) {
          line.due.clear()
          if (!isOpenOne && line.wasOpen && line.acked >= line.said.length && line.unsent.length === 0)
            past.lines.delete(`${line.callId} ${line.to.party}`)
          continue
        }
        if (line.unsent.length > 0 && line.said.length - line.acked < WINDOW)
          report(client, now, `${line.unsent.join()} is said and not sent`)
        if (line.due.size > 0) report(client, now, `${[...line.due].join()} did not go out again at once`)
        if (line.received < line.inOrder)
          report(client, now, `${line.inOrder - line.received} messages arrived and are not taken in`)
        const since = Math.max(line.sentAt, past.onlineSince)
        if (line.acked < line.said.length && awake - since > defaultSettings.maxAckMs)
          report(client, now, `message ${line.acked + 1} is not sent again`)
      }
      if (call.phase === 'ringing')
        for (const { type } of past.early.get(call.callId)?.keys() ?? [])
          report(client, now, `${type} came before its invite, and is lost`)
    },
  }
}

/** The line of a call with a party; a new one if there is none. */
function lineOf(
  { lines }: Past,
  callId: string,
  user: string,
  party: string,
  openCall: string | undefined,
): Line {
  const name = `${callId} ${party}`
  const known = lines.get(name)
  if (known) return known
  const line = newLine(callId, { user, party }, openCall === callId)
  lines.set(name, line)
  return line
}

/** Whether the open call is that of a channel, and is not with another party. */
function isWith(call: CallState, { callId, to }: Line): boolean {
  return isOpen(call) && call.callId === callId && (call.remote.party ?? to.party) === to.party
}

function newLine(callId: string, to: Party, wasOpen: boolean): Line {
  const counts = { acked: 0, sentAt: 0, inOrder: 0, received: 0, answeredAt: -Infinity }
  return {
    callId,
    to,
    said: [],
    unsent: [],
    ahead: new Set(),
    wasOpen,
    due: new Set(),
    owes: undefined,
    ...counts,
  }
}

/** What has to go out again, with 0 for `resume`. */
function unacked({ acked, said }: Line, resumes = true): Set<number> {
  const count = Math.min(said.length - acked, WINDOW)
  return new Set([...(resumes ? [0] : []), ...Array.from({ length: count }, (_, place) => acked + 1 + place)])
}

function sent(line: Line, type: OutgoingMessage['type'], seq: number, complain: (what: string) => void) {
  line.due.delete(seq)
  if (seq <= line.acked) complain(`${type} ${seq} is sent again, though ${line.acked} are acknowledged`)
  if (seq > line.acked + WINDOW) complain(`${type} ${seq} is sent while ${line.acked} are acknowledged`)
  if (seq <= line.said.length) {
    if (line.said[seq - 1] !== type) complain(`${type} is sent as number ${seq}, which is another message`)
    return
  }
  if (seq !== line.said.length + 1 || line.unsent.shift() !== type)
    complain(`${type} is sent as number ${seq} after ${line.said.length}`)
  line.said.push(type)
}

function isOver(endedCalls: readonly string[], { callId, from }: IncomingMessage): boolean {
  return endedCalls.includes(callId) || endedCalls.includes(`${callId} ${from.user}`)
}
