import { Observable, Subject, type Subscription } from 'rxjs'
import { isOpen } from '../call/state.ts'
import type { CallAction } from '../events.ts'
import { noMemory } from '../client-memory.ts'
import { callPipeline, type CallPorts, type CallStep, type PipelineOptions } from '../pipeline.ts'
import { systemEnv, type Env } from '../ports/index.ts'
import { latestOf, type Behavior } from '../rx/behavior.ts'
import type { TraceEntry } from './entry.ts'
import { keptSignaling } from './kept-signaling.ts'
import { recordedPipeline, takeEntries, type PipelineCall, type RecordOptions } from './record.ts'

/** Records a client, with a start and a stop. */
export interface Recorder {
  /** Runs the recorded client: pass this to `createCallClient`. It can run one client at a time. */
  readonly pipeline: typeof callPipeline
  /** Whether a recording is in progress. Never completes. */
  readonly recording$: Behavior<boolean>
  /**
   * Starts a recording, in place of any other. It begins once no call is open and everything sent has been
   * acknowledged, possibly at once. `write` and `options` are those of {@link record}. The client stays online and
   * keeps its memory, which is the trace's second entry, the `checkpoint`.
   *
   * A recording that starts before its client has no checkpoint.
   */
  start(write: (entry: TraceEntry) => void, options?: RecordOptions): void
  /** Ends the recording, or cancels a pending one; `write` gets nothing more. The client is not affected. */
  stop(): void
}

/** A recording that is pending or in progress. */
interface Recording {
  readonly write: (entry: TraceEntry) => void
  readonly options: RecordOptions
}

/**
 * A recorder that can be turned on and off while its client lives. To record all of a client's life, use the simpler
 * {@link record}.
 *
 * @example
 * const calls = recorder()
 * const client = createCallClient({ signaling, peer, media, pipeline: calls.pipeline })
 * calls.start((entry) => lines.push(JSON.stringify(entry)))
 */
export function recorder(): Recorder {
  const recording$ = latestOf(false)
  let wanted: Recording | undefined
  let current: Recording | undefined
  /** Starts the pending recording in the running client, if there is one and it is idle. */
  let takeUp = (): void => undefined

  const end = () => {
    current = undefined
    recording$.next(false)
  }
  const run = (call: PipelineCall, isBegun: boolean): Observable<CallStep> => {
    const { action$, ports, env, client } = call
    if (!wanted) return callPipeline(action$, ports, env, client)
    const recording = wanted
    const write = (entry: TraceEntry) => {
      if (current === recording) recording.write(entry)
    }
    wanted = undefined
    current = recording
    recording$.next(true)
    return recordedPipeline(call, takeEntries(write, recording.options), isBegun ? client.memory : undefined)
  }

  function pipeline(
    action$: Observable<CallAction>,
    ports: CallPorts,
    env: Env = systemEnv,
    client: PipelineOptions = {},
  ): Observable<CallStep> {
    return new Observable((subscriber) => {
      const memory = client.memory ?? noMemory()
      const kept = keptSignaling(ports.signaling)
      // One subscription for all pipelines of this client.
      const given$ = new Subject<CallAction>()
      let { state } = memory
      let running: Subscription | undefined
      let isInStep = false
      let scheduled: Subscription | undefined
      const unschedule = () => {
        scheduled?.unsubscribe()
        scheduled = undefined
      }

      const begin = (isBegun: boolean) => {
        const step$ = run(
          {
            action$: given$,
            ports: { ...ports, signaling: kept.port },
            env,
            client: { ...client, memory: { ...memory, state } },
          },
          isBegun,
        )
        running = step$.subscribe({
          next: (step) => {
            state = step.state
            isInStep = true
            subscriber.next(step)
            isInStep = false
            review()
          },
          error: (thrown: unknown) => subscriber.error(thrown),
          complete: () => subscriber.complete(),
        })
        if (subscriber.closed) running.unsubscribe()
      }
      const isIdle = () =>
        !isOpen(state.call) &&
        memory.channels$.value === 0 &&
        (state.connection.status === 'online' || state.connection.status === 'connecting')
      const takeUpNow = () => {
        unschedule()
        if (!wanted || !isIdle() || subscriber.closed) return
        kept.keepWhile(() => {
          running?.unsubscribe()
          begin(true)
        })
        // Channels that closed meanwhile have scheduled this again.
        unschedule()
      }
      // Scheduled for later, because the pipeline has not yet handled everything that follows from its step.
      const review = () => {
        if (wanted && !scheduled && isIdle()) scheduled = env.scheduler.schedule(takeUpNow)
      }
      takeUp = () => (isInStep ? review() : takeUpNow())
      subscriber.add(() => {
        running?.unsubscribe()
        unschedule()
        takeUp = () => undefined
        if (current) end()
      })
      begin(client.memory !== undefined)
      subscriber.add(action$.subscribe(given$))
      subscriber.add(
        memory.channels$.subscribe({ next: review, error: (thrown: unknown) => subscriber.error(thrown) }),
      )
    })
  }

  return {
    recording$: recording$.behavior$,
    start(write, options = {}) {
      wanted = { write, options }
      takeUp()
    },
    stop() {
      wanted = undefined
      end()
    },
    pipeline,
  }
}
