import { concatMap, map, merge, scan, takeUntil, takeWhile, type Observable } from 'rxjs'
import { CallError } from '../errors.ts'
import type { CallAction } from '../events.ts'
import { ofType } from '../operators.ts'
import type { Env, PeerEvent } from '../ports/index.ts'
import { DataMessage, limits, parse } from '../protocol/index.ts'
import type { CallSettings } from '../settings.ts'
import { command, type StageOutput } from './stage.ts'

export interface ChatSources {
  readonly send$: Observable<Extract<CallAction, { type: 'send' }>>
  readonly peer$: Observable<PeerEvent>
  /** Emits when a peer connection is opened: its data channel has to be awaited. */
  readonly opened$: Observable<unknown>
  readonly ended$: Observable<unknown>
  readonly settings: Pick<CallSettings, 'maxUnsentTexts'>
}

/** The texts that wait for the data channel, and what the last input led to. */
interface Outbox {
  readonly channel: 'awaited' | 'open' | 'over'
  readonly waiting: readonly string[]
  readonly outputs: readonly StageOutput[]
}

const empty: Outbox = { channel: 'awaited', waiting: [], outputs: [] }

/**
 * Text beside the call, over the peer's data channel and never through the relay. A text sent before the channel is open
 * waits, at most `maxUnsentTexts` of them. Emits `text` for each one written here or arrived, and an `error` for one that
 * is too long, one too many, one that cannot be read, and, when `ended$` emits, each one that never went out. Then it
 * completes.
 */
export function chat(
  { send$, peer$, opened$, ended$, settings }: ChatSources,
  env: Env,
): Observable<StageOutput> {
  const outgoing$ = merge(
    send$.pipe(
      map(
        ({ text }) =>
          (box: Outbox) =>
            write(box, text, settings.maxUnsentTexts, env),
      ),
    ),
    opened$.pipe(map(() => wait)),
    peer$.pipe(
      ofType('data-open'),
      map(() => open),
    ),
    ended$.pipe(map(() => giveUp)),
  ).pipe(
    scan((box, step) => step(box), empty),
    takeWhile((box) => box.channel !== 'over', true),
    concatMap((box) => box.outputs),
  )
  const incoming$ = peer$.pipe(
    ofType('data'),
    map(({ data }) => read(data, env)),
    takeUntil(ended$),
  )
  return merge(outgoing$, incoming$)
}

function write(box: Outbox, text: string, max: number, env: Env): Outbox {
  const data = JSON.stringify({ type: 'text', text } satisfies DataMessage)
  const problem = parse(DataMessage, { type: 'text', text })
  if (!problem.ok)
    return { ...box, outputs: [failed('text-too-long', `a text holds at most ${limits.text} bytes`)] }
  const written: StageOutput = { type: 'text', message: { from: 'local', text, at: env.scheduler.now() } }
  if (box.channel === 'open') return { ...box, outputs: [written, command({ type: 'send', data })] }
  if (box.waiting.length >= max)
    return {
      ...box,
      outputs: [failed('text-not-sent', `${max} texts wait for the connection already; try again later`)],
    }
  return { ...box, waiting: [...box.waiting, data], outputs: [written] }
}

const wait = (box: Outbox): Outbox => ({ ...box, channel: 'awaited', outputs: [] })

const open = (box: Outbox): Outbox => ({
  channel: 'open',
  waiting: [],
  outputs: box.waiting.map((data) => command({ type: 'send', data })),
})

const giveUp = (box: Outbox): Outbox => ({
  channel: 'over',
  waiting: [],
  outputs: box.waiting.map(() => failed('text-not-sent', 'the call ended before the text could be sent')),
})

function read(data: unknown, env: Env): StageOutput {
  const message = parse(DataMessage, fromJson(data))
  return message.ok
    ? { type: 'text', message: { from: 'remote', text: message.value.text, at: env.scheduler.now() } }
    : failed(
        'invalid-message',
        `what came over the data channel is no text message (${message.problem}); dropped`,
      )
}

function fromJson(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined
  } catch {
    return undefined
  }
}

const failed = (
  code: 'text-too-long' | 'text-not-sent' | 'invalid-message',
  message: string,
): StageOutput => ({
  type: 'error',
  error: new CallError(code, message),
})
