import {
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  shareReplay,
  skipWhile,
  switchMap,
  take,
  takeUntil,
  type Observable,
} from 'rxjs'
import { call } from './call/call.ts'
import { KEPT_MS } from './call/setup/early-messages.ts'
import { replyToStray } from './call/setup/stray-messages.ts'
import { isOpen, type CallState } from './call/state.ts'
import { callsView } from './calls-view.ts'
import { noMemory, type ClientMemory } from './client-memory.ts'
import { isCurrent, reduce, type ClientState } from './client-state.ts'
import type { CallAction, CallEvent } from './events.ts'
import { knownFeatures, type Feature } from './protocol/index.ts'
import {
  everybody,
  systemEnv,
  type CallersPort,
  type Env,
  type MediaPort,
  type PeerPort,
  type SignalingPort,
} from './ports/index.ts'
import { select, withLatest } from './rx/behavior.ts'
import { loop, type Step } from './rx/loop.ts'
import { ofType } from './rx/operators.ts'
import { completeSettings } from './complete-settings.ts'
import type { Overrides } from './overrides.ts'
import type { SettingsOverrides, TimingsOverrides } from './settings.ts'
import { completeStages, type Stages } from './stages/default-stages.ts'

export interface CallPorts {
  readonly signaling: SignalingPort
  readonly peer: PeerPort
  readonly media: MediaPort
  /** Who may call; everybody by default. */
  readonly callers?: CallersPort | undefined
}

/** How a client differs from the default one. */
export interface PipelineOptions {
  /** The settings that a user can judge. Omitted ones have their defaults. */
  readonly settings?: SettingsOverrides | undefined
  /** Internal timings, for tests. Omitted ones have their defaults. */
  readonly timings?: TimingsOverrides | undefined
  /** Stages that replace the client's own, by their names in `defaultStages`, each with the same signature. */
  readonly stages?: Overrides<Stages> | undefined
  /** The features that the client knows. They belong to the version and its stages; a test may pass others. */
  readonly features?: readonly Feature[] | undefined
  /** What the client remembers from before; nothing by default. */
  readonly memory?: ClientMemory | undefined
}

/** One thing that happened in a client, and the state after it. */
export type CallStep = Step<ClientState, CallEvent>

/**
 * A whole client as one Observable. User actions go in; everything that happens comes out in order, with the state
 * after each event. Pure except for the ports and `env`: the same inputs at the same times give the same steps.
 *
 * Subscribing connects to the relay. Completes after a `close` action, once an open call has ended and the other side
 * has been told. Unsubscribing releases everything at once, without telling the other side. Never errors because of
 * an input: a failure is a step. Throws a TypeError, when it is called, for invalid settings or timings and for
 * unknown stages.
 *
 * @example
 * const action$ = new Subject<CallAction>()
 * callPipeline(action$, { signaling, peer, media }).subscribe(({ event, state }) => log(event.type, state.call.phase))
 * action$.next({ type: 'call', user: 'bob' })
 */
export function callPipeline(
  action$: Observable<CallAction>,
  ports: CallPorts,
  env: Env = systemEnv,
  options: PipelineOptions = {},
): Observable<CallStep> {
  const { features = knownFeatures } = options
  const settings = completeSettings(options.settings, options.timings)
  const stages = completeStages(options.stages)
  const context = { peer: ports.peer, media: ports.media, env, settings, stages, features }
  return defer(() => {
    const { state: initial, invites$, channels$ } = options.memory ?? noMemory()
    return loop<ClientState, CallEvent>({ initial, reduce, admit: isCurrent }, (event$, client$) => {
      const state$ = select(client$, ({ call }) => call)
      const calls$ = client$.pipe(
        distinctUntilChanged((one, other) => one.call === other.call && one.endedCalls === other.endedCalls),
        map(callsView),
        shareReplay({ bufferSize: 1, refCount: true }),
      )
      return merge(
        // Before anybody can be called, and before an invite can arrive.
        unavailability(ports.peer),
        stages.transport(
          {
            send$: event$.pipe(
              ofType('send'),
              map(({ message }) => message),
            ),
            calls$,
            replyToStray,
            keptMs: KEPT_MS,
            settings,
            channels$,
          },
          ports.signaling,
          env,
        ),
        stages.userActions({ event$, client$: client$, settings }, env),
        stages.strayMessages({ event$, client$: client$ }),
        stages.incomingInvites(
          { event$, client$: client$, settings, features, memory$: invites$ },
          ports.callers ?? everybody,
          env,
        ),
        event$.pipe(
          ofType('outgoing', 'incoming'),
          switchMap((start) => call({ event$, client$, start }, context)),
        ),
        leaving(event$, state$),
        action$.pipe(map((action): CallEvent => ({ type: 'action', action }))),
      ).pipe(
        takeUntil(
          event$.pipe(
            ofType('connection'),
            filter(({ connection }) => connection.status === 'closed'),
          ),
        ),
      )
    })
  })
}

/** Emits the last event: after a `close`, once an open call has ended. */
function leaving(event$: Observable<CallEvent>, state$: Observable<CallState>): Observable<CallEvent> {
  return event$.pipe(
    ofType('action', 'ended'),
    skipWhile((event) => event.type !== 'action' || event.action.type !== 'close'),
    withLatest(state$),
    filter(([, state]) => !isOpen(state)),
    // Behind the end message, which is still on its way through the queue.
    map((): CallEvent => ({ type: 'connection', connection: { status: 'closed' } })),
  )
}

function unavailability({ unavailable$ = EMPTY }: PeerPort): Observable<CallEvent> {
  return unavailable$.pipe(
    take(1),
    map((error) => ({ type: 'unavailable', error })),
  )
}
