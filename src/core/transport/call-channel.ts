import {
  combineLatest,
  concatMap,
  distinctUntilChanged,
  filter,
  map,
  merge,
  NEVER,
  shareReplay,
  startWith,
  switchMap,
  takeUntil,
  takeWhile,
  timer,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import { KEPT_MS } from '../call/setup/early-messages.ts'
import { CallError } from '../errors.ts'
import type { CallEvent } from '../events.ts'
import type { Env } from '../ports/index.ts'
import { reliableChannel, type WindowOutput, type Frame } from './reliable-channel.ts'
import { PROTOCOL_VERSION } from '../protocol/index.ts'
import type { IncomingMessage, OutgoingMessage, Party } from '../protocol/index.ts'
import type { CallSettings } from '../settings.ts'

/** Messages to one party that may wait for their acknowledgement. */
const MAX_UNACKED = 256

/** Which call a channel is of, and who is at its other end. */
export interface Ends {
  readonly callId: string
  readonly to: Party
}

export interface CallChannelSources {
  /** What is said to the other end, once each. */
  readonly send$: Observable<OutgoingMessage>
  /** What came from the other end, in whatever order. */
  readonly message$: Observable<IncomingMessage>
  readonly ends: Ends
  /** Whether the relay can be reached. This one, and the next two, replay the latest. */
  readonly online$: Observable<boolean>
  /** Whether the call of this channel is open. */
  readonly isOpen$: Observable<boolean>
  /** Whether another party of the same user has the call. */
  readonly isElsewhere$: Observable<boolean>
  readonly settings: Pick<CallSettings, 'ackMs' | 'maxAckMs' | 'lingerMs'>
}

/**
 * The messages of one call to and from one party, exactly once and in order: a {@link reliableChannel} in the words of the wire.
 * Emits `transmit` for what goes to the relay, `received` for what came, in its turn, and `refused` for one message too
 * many.
 *
 * Completes when the other side says `gone`, which it emits, and when the call is over here: as soon as all that was said
 * is acknowledged, or after `lingerMs` of time online; one whose call never was open, after as long as its messages are kept.
 */
export function callChannel(
  { send$: say$, message$: hear$, ends, online$, isOpen$, isElsewhere$, settings }: CallChannelSources,
  env: Env,
): Observable<CallEvent> {
  const way$ = online$.pipe(
    withLatestFrom(isOpen$),
    map(([open, callIsOpen], index) => ({ open, resumes: callIsOpen && index > 0 })),
  )
  const turn$ = reliableChannel<OutgoingMessage, IncomingMessage>(
    { send$: say$, frame$: hear$.pipe(concatMap(frames)), link$: way$ },
    { ...settings, maxUnacked: MAX_UNACKED },
    env,
  ).pipe(shareReplay({ bufferSize: 1, refCount: true }))

  const done$ = isOpen$.pipe(
    switchMap((callIsOpen, index) => {
      if (callIsOpen) return NEVER
      const wasOpen = index > 0
      const lingers$ = turn$.pipe(
        // What came before its invite may be waiting for it still, and the next message counts on.
        map(({ sent }) => (sent > 0 || wasOpen ? settings.lingerMs : KEPT_MS)),
        startWith(wasOpen ? settings.lingerMs : KEPT_MS),
        distinctUntilChanged(),
      )
      return merge(
        turn$.pipe(filter(({ sent, waiting }) => waiting === 0 && (sent > 0 || wasOpen))),
        combineLatest([online$, lingers$]).pipe(
          switchMap(([online, ms]) => (online ? timer(ms, env.scheduler) : NEVER)),
        ),
      )
    }),
  )
  const isLeft$ = combineLatest([online$, isElsewhere$]).pipe(
    switchMap((both) => (both.every(Boolean) ? timer(settings.lingerMs, env.scheduler) : NEVER)),
  )
  return merge(
    turn$.pipe(concatMap(({ outputs }) => outputs.flatMap((output) => toEvents(output, ends)))),
    hear$.pipe(
      filter(({ type }) => type === 'gone'),
      map((message): CallEvent => ({ type: 'received', message })),
    ),
  ).pipe(
    takeWhile((event) => event.type !== 'received' || event.message.type !== 'gone', true),
    takeUntil(merge(done$, isLeft$)),
  )
}

function toEvents(output: WindowOutput<OutgoingMessage, IncomingMessage>, ends: Ends): CallEvent[] {
  switch (output.type) {
    case 'transmit':
      return [{ type: 'transmit', message: onWire(output.frame, ends) }]
    case 'deliver':
      return [{ type: 'received', message: output.value }]
    case 'overflow':
      return [
        {
          type: 'refused',
          message: output.value,
          error: new CallError(
            'relay-unreachable',
            `${MAX_UNACKED} messages wait for the other side already`,
          ),
        },
      ]
    case 'taken':
    case 'acked':
      return []
  }
}

/** A frame as the message that carries it. */
export function onWire(frame: Frame<OutgoingMessage>, ends: Ends): OutgoingMessage {
  switch (frame.type) {
    case 'data':
      return { ...frame.value, seq: frame.seq }
    case 'ack':
      return { v: PROTOCOL_VERSION, type: 'ack', ...ends, body: { seq: frame.seq } }
    case 'resume':
      return { v: PROTOCOL_VERSION, type: 'resume', ...ends, body: { lastSeq: frame.lastSeq } }
  }
}

function frames(message: IncomingMessage): Frame<IncomingMessage>[] {
  if (message.type === 'ack') return [{ type: 'ack', seq: message.body.seq }]
  if (message.type === 'resume') return [{ type: 'resume', lastSeq: message.body.lastSeq }]
  return message.seq === undefined ? [] : [{ type: 'data', seq: message.seq, value: message }]
}
