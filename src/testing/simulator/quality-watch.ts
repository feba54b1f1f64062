import { EMPTY, Subject, type SchedulerLike, type Subscription } from 'rxjs'
import { initialState } from '../../core/stages/index.ts'
import type { CallAction, CallClient, CallEvent, CallStep } from '../../core/index.ts'
import { latestOf, select } from '../../core/rx/behavior.ts'
import { adaptSending, quality, type Quality, type SendingStep } from '../../quality/index.ts'
import type { SimulatedUser } from './scenario.ts'

/** Much quicker than the default, so that a short world sees every step. */
const policy = { poorMs: 1_000, goodMs: 2_000, maxGoodMs: 4_000 } as const

/** How long a client goes on watching once nothing goes wrong any more, in milliseconds. Watching has no end itself. */
const WATCHES_MS = 40_000

/** What a simulated client does about the quality of its calls. */
export interface QualityWatch {
  readonly isOn: () => boolean
  /** Whether it made this action itself, rather than the user. */
  readonly isOwn: (action: CallAction) => boolean
  /** The latest grade, and when it was given, in milliseconds of the world. */
  readonly latest: () => { readonly at: number; readonly quality: Quality } | undefined
  /** How it adapts what it sends. */
  readonly step: () => SendingStep | undefined
  /** When the last fault or action of the world is over, and when watching ends. */
  readonly calmAt: () => number
  readonly endsAt: () => number
}

export interface WatchedPipeline {
  readonly calmAt: number
  readonly act: (action: CallAction) => void
  /** The clock of the client. */
  readonly scheduler: SchedulerLike
  /** The clock of the world. */
  readonly now: () => number
  /** Called when a stream errors, which must never happen. */
  readonly threw: (thrown: unknown) => void
}

/** Nobody watches. */
export const unwatched: QualityWatch = {
  isOn: () => false,
  isOwn: () => false,
  latest: () => undefined,
  step: () => undefined,
  calmAt: () => 0,
  endsAt: () => 0,
}

/**
 * Subscribes to `quality` of a simulated client, and to `adaptSending` if its user adapts. Pass it each step of the
 * pipeline.
 */
export function watchQuality(
  watches: NonNullable<SimulatedUser['quality']>,
  { act, calmAt, scheduler, now, threw }: WatchedPipeline,
): QualityWatch & { seen(step: CallStep): void; end(): void } {
  const latest$ = latestOf(initialState)
  const event$ = new Subject<CallEvent>()
  const own = new WeakSet<CallAction>()
  const { behavior$: snapshot$ } = latest$
  // The part of a client that watching needs.
  const client = {
    snapshot$,
    state$: select(snapshot$, ({ call }) => call),
    event$,
    error$: EMPTY,
    dispatch(action: CallAction) {
      own.add(action)
      // An action from within a step comes right after it, as in a recorder. So a recording changes nothing.
      if (isInStep) scheduler.schedule(() => act(action))
      else act(action)
    },
  } as unknown as CallClient
  let latest: { readonly at: number; readonly quality: Quality } | undefined
  let step: SendingStep | undefined
  let isInStep = false
  let running: Subscription | undefined = quality(client, { scheduler }).subscribe({
    next: (graded) => (latest = { at: now(), quality: graded }),
    error: threw,
  })
  if (watches === 'adapts')
    running.add(
      adaptSending(client, { scheduler, policy }).subscribe({ next: (next) => (step = next), error: threw }),
    )
  return {
    isOn: () => running !== undefined,
    isOwn: (action) => own.has(action),
    latest: () => latest,
    step: () => step,
    calmAt: () => calmAt,
    endsAt: () => calmAt + WATCHES_MS,
    seen({ event, state }) {
      if (!running) return
      isInStep = true
      latest$.next(state)
      event$.next(event)
      isInStep = false
    },
    end() {
      const ending = running
      // What it still does while it ends is its own, too.
      ending?.unsubscribe()
      running = undefined
    },
  }
}
