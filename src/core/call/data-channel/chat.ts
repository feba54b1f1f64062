import { concatMap, filter, map, merge, share, startWith, take, takeUntil, withLatestFrom } from 'rxjs'
import type { Observable } from 'rxjs'
import { CallError } from '../../errors.ts'
import type { CallAction, TextMessage } from '../../events.ts'
import { ofType, sparsely } from '../../rx/operators.ts'
import type { Env, PeerEvent } from '../../ports/index.ts'
import { reliableChannel, type WindowOutput, type Frame } from '../../reliable-channel/reliable-channel.ts'
import { DataMessage, limits, parse } from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { receivedDataMessages } from './messages.ts'
import { command, type StageOutput } from '../outputs.ts'

export interface ChatSources {
  readonly send$: Observable<Extract<CallAction, { type: 'send' }>>
  readonly peer$: Observable<PeerEvent>
  /** Emits when a peer connection is opened, whose data channel is not open yet. */
  readonly opened$: Observable<unknown>
  readonly ended$: Observable<unknown>
  readonly settings: Pick<CallSettings, 'maxUnsentTexts' | 'ackMs' | 'maxAckMs'>
}

/**
 * Sends and receives texts over the peer's data channel, never through the relay. Delivers each text once and in
 * order, even if the peer connection is replaced. For that it buffers at most `maxUnsentTexts` texts until the other
 * side has acknowledged them.
 *
 * Emits `text` for each text that is written here or arrives, and again when the other side has acknowledged it.
 * Emits an `error` for a text that is too long or does not fit into the buffer. When `ended$` emits, it emits one for
 * each unacknowledged text and completes. Unreadable messages are reported the 1st, 10th, 100th … time, because the
 * other side can send any number of them.
 *
 * @example
 * const send$ = of({ type: 'send', id: '1', text: 'hello' } as const)
 * chat({ send$, peer$, opened$, ended$, settings: defaultSettings }, env) // emits `text`, again once it is delivered
 */
export function chat(
  { send$, peer$, opened$, ended$, settings }: ChatSources,
  env: Env,
): Observable<StageOutput> {
  const data$ = receivedDataMessages(peer$).pipe(share())
  const way$ = merge(
    opened$.pipe(map(() => ({ open: false }))),
    peer$.pipe(
      ofType('data-open'),
      map(() => ({ open: true })),
    ),
  )
  const turn$ = reliableChannel<Outgoing, Incoming>(
    {
      send$: send$.pipe(
        filter(({ text }) => fits(text)),
        map(({ id, text }) => ({ id, text, at: env.scheduler.now() })),
      ),
      frame$: data$.pipe(concatMap((message) => (message.ok ? framesOf(message.value) : []))),
      link$: way$,
    },
    { ...settings, maxUnacked: settings.maxUnsentTexts },
    env,
  ).pipe(share())

  return merge(
    merge(
      send$.pipe(concatMap(({ id, text }) => (fits(text) ? [] : [tooLong(id)]))),
      data$.pipe(
        concatMap((message) => (message.ok ? [] : [message.problem])),
        sparsely((problem, count) => unreadable(problem, count)),
      ),
      turn$.pipe(concatMap(({ outputs }) => outputs.flatMap(toOutputs(settings, env)))),
    ).pipe(takeUntil(ended$)),
    ended$.pipe(
      take(1),
      withLatestFrom(
        turn$.pipe(
          map(({ unacked }) => unacked),
          startWith([]),
        ),
      ),
      concatMap(([, unacked]) => unacked.map(({ id }) => neverArrived(id))),
    ),
  )
}

/** A text of this side, and one of the other side. */
type Outgoing = Pick<TextMessage, 'id' | 'text' | 'at'>
type Incoming = { readonly seq: number; readonly text: string }
type Output = WindowOutput<Outgoing, Incoming>

const toOutputs =
  ({ maxUnsentTexts }: ChatSources['settings'], { scheduler }: Env) =>
  (output: Output): StageOutput[] => {
    switch (output.type) {
      case 'taken':
        return [{ type: 'text', message: { ...output.value, from: 'local', delivery: 'sending' } }]
      case 'acked':
        return [{ type: 'text', message: { ...output.value, from: 'local', delivery: 'delivered' } }]
      case 'deliver': {
        const { seq, text } = output.value
        const message = { id: `remote-${seq}`, text, at: scheduler.now() } as const
        return [{ type: 'text', message: { ...message, from: 'remote', delivery: 'delivered' } }]
      }
      case 'overflow': {
        const reason = `${maxUnsentTexts} texts wait for the other side already; try again later`
        return [failed('text-not-sent', reason, output.value.id)]
      }
      case 'transmit': {
        const message = onChannel(output.frame)
        return message ? [command({ type: 'send', data: JSON.stringify(message) })] : []
      }
    }
  }

function onChannel(frame: Frame<Outgoing>): DataMessage | undefined {
  if (frame.type === 'data') return { type: 'text', seq: frame.seq, text: frame.value.text }
  return frame.type === 'ack' ? { type: 'ack', seq: frame.seq } : undefined
}

function framesOf(message: DataMessage): Frame<Incoming>[] {
  if (message.type === 'ack') return [message]
  if (message.type !== 'text') return []
  const { seq, text } = message
  return [{ type: 'data', seq, value: { seq, text } }]
}

const fits = (text: string): boolean => parse(DataMessage, { type: 'text', seq: 1, text }).ok

const tooLong = (id: string) =>
  failed('text-too-long', `a text holds at most ${limits.text} bytes; this one was not sent`, id)

const neverArrived = (id: string) =>
  failed('text-not-sent', 'the call ended before the other side was known to have the text', id)

const unreadable = (problem: string, count: number) =>
  failed(
    'invalid-message',
    count === 1
      ? `dropped a message of the data channel: ${problem}`
      : `dropped ${count} messages of the data channel in this call, the last one because: ${problem}`,
  )

const failed = (
  code: 'text-too-long' | 'text-not-sent' | 'invalid-message',
  message: string,
  textId?: string,
): StageOutput => ({
  type: 'error',
  error: new CallError(code, message, textId === undefined ? {} : { detail: { textId } }),
})
