import { defer, EMPTY, finalize, map, merge, tap, withLatestFrom, type Observable, type Subject } from 'rxjs'
import type { Env } from '../ports/index.ts'
import type { IncomingMessage, OutgoingMessage } from '../protocol/index.ts'
import { mergeMapByKey } from '../rx/merge-map-by-key.ts'
import {
  callChannel,
  type CallChannelSources,
  type ChannelInput,
  type ChannelOutput,
} from './call-channel.ts'
import { isPartner, standingOf, type CallsView, type Ends, type Standing } from './calls-view.ts'
import { limitResumes } from './resume-limit.ts'

export interface ReliableSignalingSources extends Omit<CallChannelSources, 'input$' | 'ends'> {
  /** What the stages of calls send, each message once. */
  readonly send$: Observable<OutgoingMessage>
  /** Messages from the relay, checked: perhaps late, repeated or out of order. */
  readonly arrived$: Observable<IncomingMessage>
  /** The reply to a numbered message or a `resume` that has no channel. */
  readonly replyToStray: (message: IncomingMessage, standing: StrayStanding) => OutgoingMessage | undefined
  /** Gets the number of live channels, whenever it changes. */
  readonly channels$?: Pick<Subject<number>, 'next'>
}

/** The standing of a stray message's call. */
export type StrayStanding = Exclude<Standing, 'open'>

/** Channels at a time: of the open call, of calls that are over, and of calls that this client has not heard of yet. */
const MAX_CHANNELS = 64

/** A message on its way, with the calls as they stand now. `ends` is undefined if it goes through no channel. */
interface Passing {
  readonly input: ChannelInput
  readonly ends: Ends | undefined
  readonly calls: CallsView
}

/**
 * Delivers each message exactly once and in order over a relay that drops, duplicates and reorders. Each call and
 * party has a {@link callChannel}. Emits `transmit` for the relay, `received` for the stages, and `refused` for a
 * message beyond the limit. A message without a number passes unchanged, for example an invite, which is for no
 * particular party.
 *
 * A channel lives while its call is open, and until its last message is acknowledged. `replyToStray` answers a message
 * that opens no channel.
 *
 * @example
 * reliableSignaling(sources, env).pipe(ofType('received')).subscribe(({ message }) => handle(message))
 */
export function reliableSignaling(
  { send$, arrived$, calls$, replyToStray, channels$, ...channel }: ReliableSignalingSources,
  env: Env,
): Observable<ChannelOutput> {
  const input$ = merge(
    send$.pipe(map((message): ChannelInput => ({ type: 'send', message }))),
    limitResumes({ arrived$, calls$ }, env).pipe(
      map((message): ChannelInput => ({ type: 'arrived', message })),
    ),
  )
  return defer(() => {
    /** The channels on which this side has sent something. */
    const used = new Set<string>()
    const open = (passing$: Observable<Passing>, ends: Ends) =>
      callChannel({ ...channel, calls$, ends, input$: passing$.pipe(map(({ input }) => input)) }, env).pipe(
        finalize(() => used.delete(nameOf(ends))),
      )
    return input$.pipe(
      withLatestFrom(calls$, (input, calls): Passing => ({ input, ends: endsOf(input), calls })),
      tap(({ input, ends }) => {
        if (ends && input.type === 'send') used.add(nameOf(ends))
      }),
      mergeMapByKey({
        key: ({ ends }) => (ends ? nameOf(ends) : ''),
        opens,
        open: (passing$, { ends }) => (ends ? open(passing$, ends) : EMPTY),
        otherwise: (passing) => withoutChannel(passing, replyToStray),
        max: MAX_CHANNELS,
        size$: channels$,
        worth: ({ ends }, { calls }) => (ends ? worthOf(ends, calls, used.has(nameOf(ends))) : 0),
      }),
    )
  })
}

/** Whether a message opens a channel if there is none. */
function opens({ input, ends, calls }: Passing): boolean {
  if (ends === undefined) return false
  if (input.type === 'send') return true
  const { type } = input.message
  if (type === 'ack' || type === 'gone') return false
  const standing = standingOf(ends, calls)
  return standing === 'open' || (standing === 'unknown' && type !== 'resume')
}

function withoutChannel(
  { input, ends, calls }: Passing,
  replyToStray: ReliableSignalingSources['replyToStray'],
): ChannelOutput[] {
  if (input.type === 'send') return [{ type: 'transmit', message: input.message }]
  const { message } = input
  if (ends === undefined || message.type === 'gone') return [{ type: 'received', message }]
  const standing = standingOf(ends, calls)
  const reply = standing === 'open' ? undefined : replyToStray(message, standing)
  return reply ? [{ type: 'transmit', message: reply }] : []
}

/**
 * Chooses which channel to close when there are too many: a stranger's first. The other user of the open call may
 * invent any number of parties. So only the party that has the call, and those that ring, always stay. Then come those
 * that were answered, such as an ignored caller, who hears it ring.
 */
function worthOf(ends: Ends, calls: CallsView, isUsed: boolean): number {
  if (isPartner(ends, calls)) return Infinity
  const standing = standingOf(ends, calls)
  return isUsed || standing === 'open' || standing === 'elsewhere' ? 1 : 0
}

function endsOf({ type, message }: ChannelInput): Ends | undefined {
  const { callId } = message
  if (type === 'arrived') return isOfChannel(message) ? { callId, to: message.from } : undefined
  const { user, party } = message.to
  const isDirect = party === undefined || message.type === 'invite' || message.type === 'gone'
  return isDirect ? undefined : { callId, to: { user, party } }
}

const isOfChannel = ({ type, seq }: IncomingMessage): boolean =>
  seq !== undefined || type === 'ack' || type === 'resume' || type === 'gone'

const nameOf = ({ callId, to }: Ends): string => `${callId}\n${to.user}\n${to.party}`
