import { EMPTY, Observable, Subject, type Subscriber, type Subscription } from 'rxjs'
import { takeApart } from '../../core/complete-settings.ts'
import { record } from '../../core/trace/index.ts'
import type {
  CallAction,
  CallerVerdict,
  CallError,
  CallPorts,
  CallStep,
  PeerEvent,
  SignalingEvent,
} from '../../core/index.ts'
import type { TracedEnd, TraceEntry } from '../../core/trace/index.ts'
import {
  decodeError,
  decodeMemory,
  decodeSignalingEvent,
  decodeThrown,
  decodeUnknown,
  decoder,
} from './decode.ts'
import { replayScheduler } from './replay-scheduler.ts'

/** A recorded pipeline whose every input is fed by hand. */
export interface Driver {
  /**
   * Starts the pipeline. Calls `write` with each input and output, as the recorder writes them, and `step` after each
   * event.
   */
  start(write: (entry: TraceEntry) => void, step?: (step: CallStep) => void): void
  /** Feeds one input. Returns false if the entry is not an input, or nothing accepts it. */
  feed(entry: TraceEntry): boolean
  stop(): void
}

/** A driver with the clock, the settings, the features and the ids of a trace. */
export function driverFor(trace: readonly TraceEntry[]): Driver {
  const decode = decoder()
  const scheduler = replayScheduler()
  const action$ = new Subject<CallAction>()
  const ids = trace.flatMap((entry) => (entry.type === 'id' ? [entry.id] : []))
  const streams = trace.flatMap((entry) => (entry.type === 'stream-made' ? [entry.stream] : []))
  const verdicts = trace.filter((entry) => entry.type === 'caller-judged')
  const [header] = trace
  const { startedAt, settings, features } =
    header?.type === 'trace' ? header : { startedAt: 0, settings: {}, features: [] }
  const signaling = taker<SignalingEvent>()
  const unavailable = taker<CallError>()
  const peers: Taker<PeerEvent>[] = []
  const captures: Taker<MediaStream>[] = []
  let running: Subscription | undefined

  const ports: CallPorts = {
    ...(verdicts.length > 0 && { callers: () => verdictOf(verdicts.shift()) }),
    signaling: { connect: (outgoing$) => signaling.opened(outgoing$) },
    peer: {
      unavailable$: unavailable.opened(),
      open: (_options, command$) => added(peers).opened(command$),
    },
    media: {
      capture: () => added(captures).opened(),
      stream: () => decode.stream(streams.shift() ?? { stream: 'no stream is left in the trace' }),
      devices$: EMPTY,
    },
  }
  return {
    start(write, step) {
      scheduler.set(startedAt)
      const env = { scheduler, id: () => ids.shift() ?? 'no id is left in the trace' }
      const [, second] = trace
      const memory = second?.type === 'checkpoint' ? decodeMemory(second) : undefined
      // Texts as in the trace, and the features of the recording, even if this version supports others.
      running = record(write, { texts: true })(action$, ports, env, {
        ...takeApart(settings),
        features: features ?? [],
        memory,
      }).subscribe({
        next: (each) => step?.(each),
        error: () => undefined,
      })
    },
    stop: () => running?.unsubscribe(),
    feed(entry) {
      scheduler.set(startedAt + entry.at)
      switch (entry.type) {
        case 'action':
          return given(action$, decodeUnknown(entry.action) as CallAction)
        case 'actions-ended':
          return ended(action$, entry)
        case 'timer-ran':
          return scheduler.run(entry.timer)
        case 'peers-unavailable':
          return given(unavailable.subscriber, decodeError(entry.error))
        case 'signaling-event':
          return given(signaling.subscriber, decodeSignalingEvent(entry.event))
        case 'signaling-ended':
          return ended(signaling.subscriber, entry)
        case 'peer-event':
          return given(peers[entry.peer - 1]?.subscriber, decode.peerEvent(entry.event, entry.peer))
        case 'peer-ended':
          return ended(peers[entry.peer - 1]?.subscriber, entry)
        case 'media-captured':
          return given(captures[entry.capture - 1]?.subscriber, decode.stream(entry.stream))
        case 'media-ended':
          return ended(captures[entry.capture - 1]?.subscriber, entry)
        case 'unsubscribed':
          running?.unsubscribe()
          return true
        default:
          return false
      }
    },
  }
}

/** The recorded answers of the port. None is left if the core asks more often than it did. */
function verdictOf(judged: Extract<TraceEntry, { type: 'caller-judged' }> | undefined): CallerVerdict {
  if (judged?.error) throw decodeThrown(judged.error)
  return decodeUnknown(judged?.verdict ?? {}) as CallerVerdict
}

/** A source that the core opens, and the subscriber that receives what it emits. */
interface Taker<T> {
  subscriber: Subscriber<T> | undefined
  /** `input$` is subscribed to for as long as the source is. */
  opened(input$?: Observable<unknown>): Observable<T>
}

function taker<T>(): Taker<T> {
  return {
    subscriber: undefined,
    opened(input$) {
      return new Observable((subscriber) => {
        this.subscriber = subscriber
        return input$?.subscribe()
      })
    },
  }
}

function added<T>(takers: Taker<T>[]): Taker<T> {
  const made = taker<T>()
  takers.push(made)
  return made
}

function given<T>(to: Pick<Subscriber<T>, 'next'> | undefined, value: T): boolean {
  to?.next(value)
  return to !== undefined
}

function ended(to: Pick<Subscriber<never>, 'error' | 'complete'> | undefined, { error }: TracedEnd): boolean {
  if (error) to?.error(decodeThrown(error))
  else to?.complete()
  return to !== undefined
}
