import { Observable, tap, type MonoTypeOperatorFunction, type Subscription } from 'rxjs'
import type { CallAction } from '../events.ts'
import type { ClientMemory } from '../client-memory.ts'
import { completeSettings } from '../complete-settings.ts'
import { callPipeline, type CallPorts, type CallStep, type PipelineOptions } from '../pipeline.ts'
import { systemEnv, type Env } from '../ports/index.ts'
import { knownFeatures } from '../protocol/index.ts'
import { encode, encodeInput, encodeThrown } from './encode.ts'
import { TRACE_VERSION, type TracedMemory, type TraceEntry } from './entry.ts'
import { takeNotes, type Notes } from './notes.ts'
import { recordedPorts } from './recorded-ports.ts'
import { recordedScheduler } from './recorded-scheduler.ts'
import { recordedSource } from './recorded-source.ts'
import { redactor, type RedactOptions } from './redact.ts'

/** What a recording keeps. */
export type RecordOptions = RedactOptions

/**
 * Returns a {@link callPipeline} that records. It behaves the same, and passes everything that crosses its ports to
 * `write`: {@link TraceEntry}s in order, and the states that follow. Each entry can be stored at once, because the
 * recorder keeps none.
 *
 * Addresses, ICE passwords and fingerprints are removed. So are chat texts, unless `texts` is set. User names stay.
 * If `write` throws, the recording ends, the call continues, and the scheduler throws the error.
 *
 * Time stands still for the core while it handles one input, and inputs come one at a time. So a replay that feeds the
 * same inputs at the same times produces the same outputs.
 *
 * This recording lasts as long as its client. To start and stop one at any time, use {@link recorder}.
 *
 * @example
 * const lines: string[] = []
 * createCallClient({ signaling, peer, media, pipeline: record((entry) => lines.push(JSON.stringify(entry))) })
 */
export function record(write: (entry: TraceEntry) => void, options: RecordOptions = {}): typeof callPipeline {
  const take = takeEntries(write, options)
  function recordedFromStart(
    action$: Observable<CallAction>,
    ports: CallPorts,
    env: Env = systemEnv,
    client: PipelineOptions = {},
  ): Observable<CallStep> {
    return recordedPipeline({ action$, ports, env, client }, take, client.memory)
  }
  return recordedFromStart
}

/** The arguments of a pipeline. */
export interface PipelineCall {
  readonly action$: Observable<CallAction>
  readonly ports: CallPorts
  readonly env: Env
  readonly client: PipelineOptions
}

/** Makes the function that takes a recording's entries. Each subscription to its pipeline makes another. */
export type TakeEntries = () => (entry: TraceEntry) => void

/** Passes entries to `write`, redacted. */
export const takeEntries =
  (write: (entry: TraceEntry) => void, options: RecordOptions): TakeEntries =>
  () => {
    const redact = redactor(options)
    return (entry) => write(redact(entry))
  }

/** Records the pipeline. Writes `checkpoint` after the header: the memory with which the recording begins. */
export function recordedPipeline(
  { action$, ports, env, client }: PipelineCall,
  take: TakeEntries,
  checkpoint: ClientMemory | undefined,
): Observable<CallStep> {
  const { features = knownFeatures } = client
  const settings = completeSettings(client.settings, client.timings)
  return new Observable((subscriber) => {
    const notes = takeNotes(env.scheduler, take())
    const given$ = recordedSource(action$, notes, {
      emitted: (action) => ({ type: 'action', action: encodeInput(action) }),
      ended: (how) => ({ type: 'actions-ended', ...how }),
    })
    const step$ = callPipeline(given$, recordedPorts(ports, notes), recordedEnv(env, notes), client)
    let over = false
    let running: Subscription | undefined
    const start = () => {
      running = step$.pipe(noted(notes)).subscribe({
        next: (step) => subscriber.next(step),
        error: (thrown: unknown) => {
          over = true
          subscriber.error(thrown)
        },
        complete: () => {
          over = true
          subscriber.complete()
        },
      })
    }
    // Noted at the header's time, whatever the clock says by then, because a replay begins with both at once.
    const begin = () => {
      if (checkpoint) notes.done({ type: 'checkpoint', ...encodeMemory(checkpoint) })
      start()
    }
    const header = { type: 'trace', version: TRACE_VERSION, startedAt: notes.now(), settings } as const
    notes.given({ ...header, ...(features.length > 0 && { features }) }, begin)
    return () => {
      if (!over) notes.given({ type: 'unsubscribed' }, () => running?.unsubscribe())
    }
  })
}

function encodeMemory({ state, invites$ }: ClientMemory): TracedMemory {
  const { call, connection, unavailable, roster, endedCalls, ignoredData } = state
  return {
    state: encode({ call, connection, unavailable, roster, endedCalls, ignoredData }),
    ...encode(invites$.value),
  }
}

function recordedEnv(env: Env, notes: Notes): Env {
  const id = () => {
    const made = env.id()
    notes.done({ type: 'id', id: made })
    return made
  }
  return { ...env, scheduler: recordedScheduler(env.scheduler, notes), id }
}

/** The parts of the state that a UI shows. */
const shown = [
  'call',
  'connection',
  'roster',
  'localStream',
  'remoteStream',
  'muted',
  'localMedia',
  'remoteMedia',
  'ignoredData',
] as const

/** Notes what each step shows the user: state changes, texts and errors. Also notes the end. */
function noted({ done }: Notes): MonoTypeOperatorFunction<CallStep> {
  // Most recordings have no such message, so the first entry does not mention that there were 0.
  let known: Partial<CallStep['state']> = { ignoredData: 0 }
  const noteStep = ({ event, state }: CallStep) => {
    if (event.type === 'text') done({ type: 'text', message: event.message })
    if (event.type === 'error') done({ type: 'error', error: encode(event.error) })
    const changed = shown.filter((part) => state[part] !== known[part])
    known = state
    if (changed.length === 0) return
    done({ type: 'state', state: encode(Object.fromEntries(changed.map((part) => [part, state[part]]))) })
  }
  return tap({
    next: noteStep,
    error: (thrown: unknown) => done({ type: 'ended', ...encodeThrown(thrown) }),
    complete: () => done({ type: 'ended' }),
  })
}
