import { concatMap, distinctUntilChanged, filter, map, merge, withLatestFrom, type Observable } from 'rxjs'
import { limitResumes } from './resume-limit.ts'
import { isOpen } from '../call/state.ts'
import { hasEnded } from '../call/setup/ended-calls.ts'
import type { CallEvent } from '../events.ts'
import { mergeMapByKey } from '../rx/merge-map-by-key.ts'
import type { ClientState } from '../client-state.ts'
import type { Env } from '../ports/index.ts'
import { onWire, callChannel, type Ends } from './call-channel.ts'
import { PROTOCOL_VERSION } from '../protocol/index.ts'
import type { IncomingMessage, OutgoingMessage, Party } from '../protocol/index.ts'
import type { CallSettings } from '../settings.ts'

export interface ReliableSignalingSources {
  /** What the stages of calls say, once each. */
  readonly send$: Observable<OutgoingMessage>
  /** What came from the relay, checked: late, again or out of order as the network has it. */
  readonly arrived$: Observable<IncomingMessage>
  /** Replays the latest. */
  readonly model$: Observable<ClientState>
  /** Whether the relay can be reached. Replays the latest. */
  readonly online$: Observable<boolean>
  readonly settings: Pick<CallSettings, 'ackMs' | 'maxAckMs' | 'lingerMs'>
}

/** Channels at a time: those of the open call, of calls that are over, and of such as this side knows nothing of yet. */
const MAX_CHANNELS = 64

type Addressed = OutgoingMessage & { readonly to: Party }
/** A message of a channel, in either direction, with how things stood when it came. */
type Passing =
  | { readonly type: 'said'; readonly message: Addressed; readonly model: ClientState }
  | { readonly type: 'heard'; readonly message: IncomingMessage; readonly model: ClientState }

/**
 * Between the stages of calls and the relay: makes of messages that get lost, come twice or out of order such as come
 * exactly once and in order, with a {@link callChannel} for each call and party of the other side. Emits `transmit` for what
 * goes to the relay, `received` for what the stages get, and `refused` for one message too many. An invite, which is for
 * no party in particular, passes as it is, and so does whatever else has no number.
 *
 * A channel lives while its call is open, and until the last of it is acknowledged. Whoever still speaks of a call that is
 * over here is told so with `gone`; a farewell is acknowledged.
 */
export function reliableSignaling(
  { send$, arrived$, model$, online$, settings }: ReliableSignalingSources,
  env: Env,
): Observable<CallEvent> {
  const openCall$ = model$.pipe(map(openCall), distinctUntilChanged())
  const said$ = send$.pipe(
    filter(isAddressed),
    withLatestFrom(model$, (message, model): Passing => ({ type: 'said', message, model })),
  )
  const heard$ = limitResumes({ arrived$, model$ }, env).pipe(
    filter(isOfChannel),
    withLatestFrom(model$, (message, model): Passing => ({ type: 'heard', message, model })),
  )
  const open = (passing$: Observable<Passing>, first: Passing): Observable<CallEvent> => {
    const ends = endsOf(first)
    const isOpen$ = openCall$.pipe(
      map((call) => isOf(ends, call)),
      distinctUntilChanged(),
    )
    const isElsewhere$ = model$.pipe(
      map(({ call }) => isElsewhere(ends, call)),
      distinctUntilChanged(),
    )
    const say$ = passing$.pipe(concatMap(({ type, message }) => (type === 'said' ? [message] : [])))
    const hear$ = passing$.pipe(concatMap(({ type, message }) => (type === 'heard' ? [message] : [])))
    return callChannel({ send$: say$, message$: hear$, ends, online$, isOpen$, isElsewhere$, settings }, env)
  }

  return merge(
    send$.pipe(
      filter((message) => !isAddressed(message)),
      map((message): CallEvent => ({ type: 'transmit', message })),
    ),
    arrived$.pipe(
      filter((message) => !isOfChannel(message)),
      map((message): CallEvent => ({ type: 'received', message })),
    ),
    merge(said$, heard$).pipe(
      mergeMapByKey({
        key: (passing) => nameOf(endsOf(passing)),
        opens,
        open,
        otherwise: stray,
        max: MAX_CHANNELS,
        worth: (key, { model }) => worthOf(key, model),
      }),
    ),
  )
}

/** Whether a message opens a channel where there is none. */
function opens({ type, message, model }: Passing): boolean {
  if (type === 'said') return true
  if (message.type === 'ack' || message.type === 'gone') return false
  if (isElsewhere(endsOf({ type, message, model }), model.call)) return false
  if (message.type === 'resume') return isOf(endsOf({ type, message, model }), openCall(model))
  return !hasEnded(model.endedCalls, message.callId, message.from.user)
}

/** What comes of a message that no channel is there for: its call is over, or was never known here. */
function stray({ type, message, model }: Passing): CallEvent[] {
  if (type === 'said' || message.type === 'ack') return []
  if (message.type === 'gone') return [{ type: 'received', message }]
  const ends = { callId: message.callId, to: message.from }
  if (farewells.includes(message.type) && message.seq !== undefined)
    return [{ type: 'transmit', message: onWire({ type: 'ack', seq: message.seq }, ends) }]
  const head = { v: PROTOCOL_VERSION, ...ends } as const
  // A device that rings only now, when another one has the call.
  if (isElsewhere(ends, model.call) && message.type !== 'resume')
    return [
      { type: 'transmit', message: { ...head, type: 'cancel', body: { reason: 'answered-elsewhere' } } },
    ]
  return [{ type: 'transmit', message: { ...head, type: 'gone', body: {} } }]
}

const farewells: readonly string[] = ['hang-up', 'cancel', 'decline', 'busy']

const isAddressed = (message: OutgoingMessage): message is Addressed =>
  message.to.party !== undefined && message.type !== 'invite' && message.type !== 'gone'

const isOfChannel = ({ type, seq }: IncomingMessage): boolean =>
  seq !== undefined || type === 'ack' || type === 'resume' || type === 'gone'

const endsOf = (passing: Passing): Ends => ({
  callId: passing.message.callId,
  to: passing.type === 'said' ? passing.message.to : passing.message.from,
})

const nameOf = ({ callId, to }: Ends): string => `${callId}\n${to.user}\n${to.party}`

/** The open call and its other user, as {@link nameOf} begins. */
const openCall = ({ call }: ClientState): string =>
  isOpen(call) ? `${call.callId}\n${call.remote.user}\n` : 'none'

/**
 * Strangers' channels go first when there are too many. Of the open call, whose other user may invent as many parties as it
 * likes, the one that has the call stays in any case, and so do those that ring.
 */
function worthOf(name: string, model: ClientState): number {
  const { call } = model
  if (!isOpen(call) || !name.startsWith(openCall(model))) return 0
  const { callId, remote } = call
  const parties = call.phase === 'calling' ? call.contacts.map(({ party }) => party) : [remote.party]
  const isPartner = parties.some(
    (party) => party !== undefined && name === nameOf({ callId, to: { ...remote, party } }),
  )
  return isPartner ? Infinity : 1
}

const isOf = (ends: Ends, call: string): boolean => nameOf(ends).startsWith(call)

const isElsewhere = ({ callId, to }: Ends, call: ClientState['call']): boolean =>
  isOpen(call) &&
  call.callId === callId &&
  call.remote.user === to.user &&
  call.remote.party !== undefined &&
  call.remote.party !== to.party
