import { Subject, Subscription, takeUntil, tap, type SchedulerLike } from 'rxjs'
import type { callPipeline } from '../../core/index.ts'
import { initialState } from '../../core/stages/index.ts'
import { recorder } from '../../core/trace/index.ts'
import type {
  CallAction,
  CallersPort,
  Stages,
  CallState,
  CallStep,
  ClientState,
  Feature,
  Party,
  PeerPort,
  IncomingMessage,
  SignalingEvent,
  SignalingPort,
  TrackKind,
} from '../../core/index.ts'
import type { Overrides } from '../../core/overrides.ts'
import { virtualId } from '../marbles.ts'
import type { VirtualRelay } from '../virtual-relay.ts'
import { faultInjectingPeer, type FaultInjectingPeer } from './fault-injecting-peer.ts'
import type { PortCrossing } from './rules/rule.ts'
import type { PeerKind, SimulatedUser, SimulatedVerdict } from './scenario.ts'
import { unwatched, watchQuality, type QualityWatch } from './quality-watch.ts'
import { simulatedMedia, type SimulatedMedia } from './simulated-media.ts'
import { createTaskQueue } from './task-queue.ts'

/**
 * How long a browser's peer connection takes to notice that the other side has silently disappeared, in milliseconds.
 */
const SILENCE_MS = 7_500

export interface SimulatedWorld {
  readonly scheduler: SchedulerLike
  readonly relay: VirtualRelay
  /** The adapters of the client with this index. */
  readonly peers: (index: number) => Readonly<Record<PeerKind, PeerPort>>
  /** When the last fault or action of the world is over. */
  readonly calmAt: number
  /** The pipeline of a tab that opens: its party, and the index of its user in the scenario. */
  readonly pipeline: (self: Party, index: number) => typeof callPipeline
  readonly stages: Overrides<Stages>
  /** Called after each step of each client. */
  readonly seen: (client: SimulatedClient, step: CallStep, before: ClientState) => void
  /** Whether a message from the relay is valid. */
  readonly isReadable: (message: unknown) => message is IncomingMessage
  /** Called for what crosses the signaling port of a client. */
  readonly crossed: (client: SimulatedClient, crossing: PortCrossing) => void
  /** Called when a client has handled an input and everything that followed from it at once. */
  readonly rested: (client: SimulatedClient) => void
  /** Called when a client has closed or crashed. */
  readonly gone: (client: SimulatedClient) => void
  /** Called when a pipeline throws, which must never happen. */
  readonly threw: (client: SimulatedClient, thrown: unknown) => void
}

/** One tab with a whole pipeline and its user, and the faults that can strike it. */
export interface SimulatedClient
  extends
    Pick<SimulatedMedia, 'liveTracks' | 'captures' | 'interrupt'>,
    Pick<FaultInjectingPeer, 'openPeers' | 'sentTracks' | 'rejectNext' | 'breakNext'> {
  readonly index: number
  readonly self: Party
  /** The features that it supports. */
  readonly features: readonly Feature[]
  /** How it watches the quality of its calls. */
  readonly watching: QualityWatch
  /** The verdict of its port `callers` on a user. */
  readonly verdictOn: (user: string) => SimulatedVerdict
  readonly state: () => CallState
  readonly model: () => ClientState
  readonly alive: () => boolean
  readonly timers: () => number
  /** The longest time that this user's camera takes to open, in milliseconds. */
  readonly slowestCaptureMs: () => number
  /** The time up to `now` without the time that the client was frozen, in milliseconds. */
  readonly awakeMs: (now: number) => number
  act(action: CallAction): void
  freeze(): void
  resume(): void
  /** Ends the client silently. The relay notices at once, a peer later. */
  crash(): void
  /** Unplugs every open device of the kind, and stops sharing the screen. Returns false if none is open. */
  unplug(kind: TrackKind): boolean
}

/** Starts a client. `incarnation` counts the tabs that this user opened one after the other. */
export function simulatedClient(
  index: number,
  user: SimulatedUser,
  incarnation: number,
  world: SimulatedWorld,
): SimulatedClient {
  const {
    scheduler,
    relay,
    peers,
    calmAt,
    pipeline,
    stages,
    seen,
    crossed,
    isReadable,
    rested,
    gone,
    threw,
  } = world
  const tasks = createTaskQueue(() => rested(client))
  const crashed$ = new Subject<void>()
  const action$ = new Subject<CallAction>()
  const self: Party = { user: user.user, party: virtualId(0xa000 + index * 64 + incarnation) }
  let model = initialState
  let ids = 0
  let rings = 0
  let frozenMs = 0
  let frozenAt: number | undefined

  const env = {
    scheduler: tasks.scheduler(scheduler, user.clockMs),
    // Spread over the whole range, so that either side may lose in glare.
    id: () =>
      virtualId(
        (((index * 97 + incarnation * 31 + ++ids * 57) % 251) << 16) + index * 4096 + incarnation * 256 + ids,
      ),
  }
  const media = simulatedMedia(self.user, user.captures, env, tasks)
  const peer = faultInjectingPeer(peers(index)[user.peer], tasks)
  const cross = (event: SignalingEvent) => {
    if (event.type === 'message') {
      if (isReadable(event.message)) crossed(client, { type: 'arrived', message: event.message })
    } else if (event.type !== 'roster' && event.type !== 'refused')
      crossed(client, { type: 'link', online: event.type === 'online' })
  }
  const signaling: SignalingPort = {
    connect: (outgoing$) => {
      const sent$ = outgoing$.pipe(tap((message) => crossed(client, { type: 'transmit', message })))
      const event$ = relay.port(self).connect(sent$).pipe(takeUntil(crashed$))
      return tasks.stream(event$).pipe(tap((event) => cross(event)))
    },
  }

  const act = (action: CallAction) => tasks.run(() => action$.next(action))
  const answer = (callId: string) => {
    const { afterMs = 0, does = 'nothing' } = user.answers[rings++ % user.answers.length] ?? {}
    if (does === 'nothing') return
    scheduler.schedule(() => {
      const { call } = model
      if (call.phase === 'ringing' && call.callId === callId) act({ type: does })
    }, afterMs)
  }
  const slowestCaptureMs = Math.max(0, ...user.captures.map(({ afterMs }) => afterMs))
  let alive = true
  const { features = [], verdicts = {} } = user
  const verdictOn = (name: string): SimulatedVerdict => verdicts[name] ?? 'yes'
  const callers: CallersPort = (caller) => {
    const ring = verdictOn(caller.user)
    if (ring === 'throws') throw new Error('injected: who may call is not known')
    return { ring }
  }
  const watch =
    user.quality &&
    watchQuality(user.quality, {
      act,
      calmAt,
      scheduler: env.scheduler,
      now: () => scheduler.now(),
      threw: (thrown) => threw(client, thrown),
    })
  const client: SimulatedClient = {
    index,
    self,
    features,
    watching: watch ?? unwatched,
    verdictOn,
    state: () => model.call,
    model: () => model,
    alive: () => alive,
    liveTracks: media.liveTracks,
    captures: media.captures,
    interrupt: media.interrupt,
    openPeers: peer.openPeers,
    sentTracks: peer.sentTracks,
    rejectNext: peer.rejectNext,
    breakNext: peer.breakNext,
    timers: tasks.timers,
    slowestCaptureMs: () => slowestCaptureMs,
    awakeMs: (now) => now - frozenMs - (frozenAt === undefined ? 0 : now - frozenAt),
    act,
    freeze() {
      frozenAt ??= scheduler.now()
      tasks.freeze()
    },
    resume() {
      if (frozenAt === undefined) return
      frozenMs += scheduler.now() - frozenAt
      frozenAt = undefined
      tasks.resume()
    },
    crash() {
      if (!alive) return
      alive = false
      tasks.kill()
      crashed$.next()
      gone(client)
      scheduler.schedule(() => running.unsubscribe(), SILENCE_MS)
    },
    unplug(kind) {
      const before = media.liveTracks()
      media.unplug(kind)
      return media.liveTracks() < before
    },
  }
  if (watch) scheduler.schedule(() => tasks.run(() => watch.end()), watch.endsAt() - scheduler.now())
  const calls = recorder()
  if (user.recordsAt !== undefined)
    scheduler.schedule(() => tasks.run(() => calls.start(() => undefined)), user.recordsAt)
  const run = user.recordsAt === undefined ? pipeline(self, index) : calls.pipeline
  const running = new Subscription()
  tasks.run(() =>
    running.add(
      run(action$, { signaling, peer: peer.port, media: media.port, callers }, env, {
        stages,
        features,
      }).subscribe({
        next: (step) => {
          const before = model
          model = step.state
          seen(client, step, before)
          watch?.seen(step)
          if (step.event.type === 'incoming') answer(step.event.callId)
        },
        error: (thrown: unknown) => threw(client, thrown),
        complete: () => {
          alive = false
          gone(client)
        },
      }),
    ),
  )
  return client
}
