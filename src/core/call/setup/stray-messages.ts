import { concatMap, type Observable } from 'rxjs'
import type { ClientState } from '../../client-state.ts'
import type { CallEvent } from '../../events.ts'
import { PROTOCOL_VERSION } from '../../protocol/index.ts'
import type { IncomingMessage, MessageType, OutgoingMessage } from '../../protocol/index.ts'
import { withLatest } from '../../rx/behavior.ts'
import { ofType } from '../../rx/operators.ts'
import { isOpen } from '../state.ts'
import { hasEnded } from './ended-calls.ts'
import { dismissed, reply } from './replies.ts'

/**
 * The standing of a stray message's call. A message is stray if it is not of the open call, or not from the party
 * that has it.
 */
export type StrayStanding =
  /** Its call is open, but another party of the sender's user has it. */
  | 'elsewhere'
  /** Its call has ended, or was dismissed. */
  | 'over'
  /** This client has never heard of its call. */
  | 'unknown'

/** What is done about a stray message. */
export type StrayReply =
  /** Nothing, because its sender expects nothing. */
  | 'none'
  /** `ack`, because the call of an end message is over for its sender, who only has to stop sending it. */
  | 'ack'
  /** `gone`, because nobody needs to wait for a call that is over. */
  | 'gone'
  /** `cancel` with the reason `answered-elsewhere`, so the device stops ringing. */
  | 'answered-elsewhere'
  /** Its invite, which it overtook, must not ring. */
  | 'dismiss'
  /** It is kept until its invite arrives, which it overtook. */
  | 'keep'

const elsewhere = 'answered-elsewhere'

/**
 * The replies to stray messages. A message that a channel delivered has already been acknowledged, so it is answered
 * only if its sender waits. One without a channel is sent again until it is answered. For an unknown call, every message
 * but `ack`, `resume` and `gone` opens a channel.
 */
// prettier-ignore
const replies: Readonly<Record<MessageType, readonly StrayReply[]>> = {
  //            delivered, and its call is         without a channel, and its call is
  //            unknown    over       elsewhere    unknown  over    elsewhere
  invite:      ['none',    'none',    'none',      'none',  'gone', elsewhere],
  ringing:     ['gone',    'gone',    elsewhere,   'none',  'gone', elsewhere],
  accept:      ['gone',    'gone',    elsewhere,   'none',  'gone', elsewhere],
  answer:      ['gone',    'gone',    'none',      'none',  'gone', elsewhere],
  renegotiate: ['gone',    'gone',    'none',      'none',  'gone', elsewhere],
  offer:       ['keep',    'none',    'none',      'none',  'gone', elsewhere],
  candidates:  ['keep',    'none',    'none',      'none',  'gone', elsewhere],
  select:      ['keep',    'none',    'none',      'none',  'gone', elsewhere],
  cancel:      ['dismiss', 'dismiss', 'none',      'none',  'ack',  'ack'],
  'hang-up':   ['dismiss', 'dismiss', 'none',      'none',  'ack',  'ack'],
  decline:     ['none',    'none',    'none',      'none',  'ack',  'ack'],
  busy:        ['none',    'none',    'none',      'none',  'ack',  'ack'],
  resume:      ['none',    'none',    'none',      'gone',  'gone', 'gone'],
  ack:         ['none',    'none',    'none',      'none',  'none', 'none'],
  gone:        ['none',    'none',    'none',      'none',  'none', 'none'],
}

const standings: readonly StrayStanding[] = ['unknown', 'over', 'elsewhere']

/** Looks up the reply to a message that a channel `delivered`, or to one without a channel. */
export function strayReply(type: MessageType, standing: StrayStanding, delivered: boolean): StrayReply {
  const column = standings.indexOf(standing) + (delivered ? 0 : standings.length)
  return replies[type][column] ?? 'none'
}

/** The message that answers one without a channel; `undefined` if nothing is to be sent. */
export function replyToStray(message: IncomingMessage, standing: StrayStanding): OutgoingMessage | undefined {
  const head = { v: PROTOCOL_VERSION, callId: message.callId, to: message.from } as const
  switch (strayReply(message.type, standing, false)) {
    case 'ack':
      return { ...head, type: 'ack', body: { seq: message.seq ?? 0 } }
    case 'gone':
      return { ...head, type: 'gone', body: {} }
    case 'answered-elsewhere':
      return { ...head, type: 'cancel', body: { reason: 'answered-elsewhere' } }
    case 'dismiss':
    case 'keep':
    case 'none':
      return undefined
  }
}

/** What is done about a message that a channel delivered. A message of the open call is not a stray, and gets `none`. */
export function strayOf(
  { type, callId, from }: IncomingMessage,
  { call, endedCalls }: Pick<ClientState, 'call' | 'endedCalls'>,
): StrayReply {
  if (isOpen(call) && call.callId === callId) return 'none'
  return strayReply(type, hasEnded(endedCalls, callId, from.user) ? 'over' : 'unknown', true)
}

export interface StrayMessageSources {
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly client$: Observable<ClientState>
}

/**
 * Answers delivered messages that are not of the open call. Emits `gone` for a party that continues a call that is
 * over. Emits `dismissed` for an invite that its own end message overtook. `incomingInvites` handles messages that
 * are kept for their invite.
 *
 * @example
 * strayMessages({ event$, client$ }).subscribe() // emits `send` with `gone` to a party whose call is over
 */
export function strayMessages({ event$, client$ }: StrayMessageSources): Observable<CallEvent> {
  return event$.pipe(
    ofType('received'),
    withLatest(client$),
    concatMap(([{ message }, client]): CallEvent[] => {
      switch (strayOf(message, client)) {
        case 'gone':
          return [{ type: 'send', message: reply(message, 'gone') }]
        case 'dismiss':
          return [dismissed(message)]
        default:
          return []
      }
    }),
  )
}
