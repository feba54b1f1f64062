import {
  EMPTY,
  finalize,
  Observable,
  Subject,
  Subscription,
  subscribeOn,
  takeUntil,
  tap,
  type SchedulerLike,
} from 'rxjs'
import { CallError, initialState, type callPipeline } from '../../core/index.ts'
import type {
  CallAction,
  CallState,
  CallStep,
  ClientState,
  MediaPort,
  Party,
  PeerPort,
  SignalingPort,
  TrackKind,
} from '../../core/index.ts'
import { fakeMedia, type FakeMedia } from '../fake-media.ts'
import { fakeStreamOf, type FakeTrack } from '../fake-stream.ts'
import { virtualId } from '../marbles.ts'
import type { VirtualRelay } from '../virtual-relay.ts'
import { createGate } from './gate.ts'
import type { Capture, PeerKind, SimulatedUser } from './scenario.ts'

/** How long a browser's peer connection takes to notice that the other one is gone without a word, in milliseconds. */
const SILENCE_MS = 7_500

const rejected = () => new CallError('negotiation-failed', 'as the scenario has it')

export interface SimulatedWorld {
  readonly scheduler: SchedulerLike
  readonly relay: VirtualRelay
  readonly peers: Readonly<Record<PeerKind, PeerPort>>
  readonly pipeline: (party: Party) => typeof callPipeline
  /** Called after each step of each client. */
  readonly seen: (client: SimulatedClient, step: CallStep, before: ClientState) => void
  /** Called when a client has dealt with what came to it, and with everything that came of that at once. */
  readonly rested: (client: SimulatedClient) => void
  /** Called when a pipeline threw, which must never happen. */
  readonly threw: (client: SimulatedClient, thrown: unknown) => void
}

/** One tab with a whole pipeline, its user, and what can happen to it. */
export interface SimulatedClient {
  readonly index: number
  readonly self: Party
  readonly state: () => CallState
  readonly model: () => ClientState
  readonly alive: () => boolean
  readonly liveTracks: () => number
  readonly openPeers: () => number
  /** The tracks that its peer connection was given to send; `null` without a connection. */
  readonly sentTracks: () => readonly MediaStreamTrack[] | null
  readonly timers: () => number
  /** How many cameras are open or about to be. */
  readonly captures: () => number
  /** The longest time, in milliseconds, that this user's camera may take to open. */
  readonly slowestCaptureMs: () => number
  /** For how much of the time up to now it was not frozen, in milliseconds. */
  readonly awakeMs: (now: number) => number
  act(action: CallAction): void
  freeze(): void
  thaw(): void
  /** Gone without a word: the relay notices at once, a peer later. */
  crash(): void
  /** The next descriptions of the peer connections are rejected, an own offer perhaps after it was told. */
  rejectNext(times: number, isTold: boolean): void
  /** The next description for the peer connection breaks it, perhaps after it was told to be connected. */
  breakNext(flickers: boolean): void
  /** Pulls out every open device of the kind, and stops sharing the screen. False if none is open. */
  pull(kind: TrackKind): boolean
  /** The system mutes or unmutes every open device of the kind. */
  interrupt(kind: TrackKind, muted: boolean): void
}

/** Starts a client. `incarnation` counts the tabs that this user had open one after the other. */
export function simulatedClient(
  index: number,
  user: SimulatedUser,
  incarnation: number,
  { scheduler, relay, peers, pipeline, seen, rested, threw }: SimulatedWorld,
): SimulatedClient {
  const gate = createGate(() => rested(client))
  const crashed$ = new Subject<void>()
  const action$ = new Subject<CallAction>()
  const self: Party = { user: user.user, party: virtualId(0xa000 + index * 64 + incarnation) }
  let model = initialState
  let ids = 0
  let rings = 0
  let cameras = 0
  let openPeers = 0
  let sent: { readonly audio?: MediaStreamTrack | null; readonly video?: MediaStreamTrack | null } | null =
    null
  let captures = 0
  let frozenMs = 0
  let frozenAt: number | undefined
  let rejects = 0
  let tellsRejected = false
  let breaks: { readonly flickers: boolean } | undefined

  const env = {
    scheduler: gate.scheduler(scheduler, user.clockMs),
    // Spread over the whole range, so that either side may lose in glare.
    id: () =>
      virtualId(
        (((index * 97 + incarnation * 31 + ++ids * 57) % 251) << 16) + index * 4096 + incarnation * 256 + ids,
      ),
  }
  /** The cameras that are open or, if one leaks, have a live track. */
  const open = new Set<FakeMedia>()
  const media: MediaPort = {
    stream: (tracks) => fakeStreamOf(`${self.user}-made`, tracks as readonly unknown[] as FakeTrack[]),
    devices$: EMPTY,
    capture: (request) => {
      const { afterMs, refusal, refused }: Capture = user.captures[cameras % user.captures.length] ?? {
        afterMs: 0,
        refusal: undefined,
      }
      const isRefused = refused === undefined || request[refused] !== false
      const refuse = () =>
        refusal && isRefused ? new CallError(refusal, 'as the scenario has it') : undefined
      const camera = fakeMedia(`${self.user}-${cameras++}`, env, { delayMs: afterMs, refuse })
      return new Observable((subscriber) => {
        captures++
        open.add(camera)
        // As in a browser, where no camera opens in the moment in which it is asked for.
        const captured$ = camera.capture(request).pipe(subscribeOn(env.scheduler))
        // Subscribed to by an observer, not by the subscriber itself, so that the tracks have stopped when what follows looks.
        subscriber.add(
          captured$.subscribe({
            next: (stream) => subscriber.next(stream),
            error: (thrown: unknown) => subscriber.error(thrown),
          }),
        )
        subscriber.add(() => {
          captures--
          if (camera.liveTracks() === 0) open.delete(camera)
        })
      })
    },
  }
  const signaling: SignalingPort = {
    connect: (outgoing$) => gate.stream(relay.port(self).connect(outgoing$).pipe(takeUntil(crashed$))),
  }
  const peer: PeerPort = {
    open: (options, command$) =>
      new Observable((subscriber) => {
        openPeers++
        const opened = Object.fromEntries(
          (options.stream?.getTracks() ?? []).map((track) => [track.kind, track]),
        )
        let own: typeof sent = (sent = opened)
        subscriber.add(() => openPeers--)
        const given$ = command$.pipe(
          tap((command) => {
            if (command.type === 'track') own = sent = { ...own, [command.kind]: command.track }
            if (command.type !== 'description') return
            if (rejects > 0) {
              rejects--
              subscriber.error(rejected())
              return
            }
            if (!breaks) return
            const { flickers } = breaks
            breaks = undefined
            // In one go, while the core is still busy with the command: what comes after the end must change nothing.
            if (flickers) {
              subscriber.next({ type: 'connection-state', state: 'failed' })
              subscriber.next({ type: 'connection-state', state: 'connected' })
            }
            subscriber.error(new CallError('connection-failed', 'as the scenario has it'))
          }),
        )
        const event$ = peers[user.peer].open(options, given$).pipe(
          tap((event) => {
            if (event.type !== 'description' || event.description.type !== 'offer' || rejects === 0) return
            rejects--
            if (tellsRejected) gate.run(() => subscriber.next(event))
            throw rejected()
          }),
          finalize(() => {
            if (sent === own) sent = null
          }),
        )
        return gate.stream(event$).subscribe(subscriber)
      }),
  }

  const act = (action: CallAction) => gate.run(() => action$.next(action))
  const answer = (callId: string) => {
    const { afterMs, does } = user.answers[rings++ % user.answers.length] ?? { afterMs: 0, does: 'accept' }
    if (does === 'nothing') return
    scheduler.schedule(() => {
      const { call } = model
      if (call.phase === 'ringing' && call.callId === callId) act({ type: does })
    }, afterMs)
  }
  const slowestCaptureMs = Math.max(0, ...user.captures.map(({ afterMs }) => afterMs))
  let alive = true
  const client: SimulatedClient = {
    index,
    self,
    state: () => model.call,
    model: () => model,
    alive: () => alive,
    liveTracks: () => {
      let count = 0
      for (const camera of open) count += camera.liveTracks()
      return count
    },
    openPeers: () => openPeers,
    sentTracks: () => sent && [sent.audio, sent.video].filter((track) => track != null),
    timers: gate.timers,
    captures: () => captures,
    slowestCaptureMs: () => slowestCaptureMs,
    awakeMs: (now) => now - frozenMs - (frozenAt === undefined ? 0 : now - frozenAt),
    act,
    freeze() {
      frozenAt ??= scheduler.now()
      gate.freeze()
    },
    thaw() {
      if (frozenAt === undefined) return
      frozenMs += scheduler.now() - frozenAt
      frozenAt = undefined
      gate.thaw()
    },
    crash() {
      if (!alive) return
      alive = false
      gate.kill()
      crashed$.next()
      scheduler.schedule(() => running.unsubscribe(), SILENCE_MS)
    },
    rejectNext(times, isTold) {
      rejects = times
      tellsRejected = isTold
    },
    breakNext(flickers) {
      breaks = { flickers }
    },
    pull(kind) {
      const before = client.liveTracks()
      gate.run(() => open.forEach((camera) => camera.end(kind)))
      return client.liveTracks() < before
    },
    interrupt(kind, muted) {
      gate.run(() => open.forEach((camera) => camera.interrupt(kind, muted)))
    },
  }
  const running = new Subscription()
  gate.run(() =>
    running.add(
      pipeline(self)(action$, { signaling, peer, media }, env).subscribe({
        next: (step) => {
          const before = model
          model = step.state
          seen(client, step, before)
          if (step.event.type === 'incoming') answer(step.event.callId)
        },
        error: (thrown: unknown) => threw(client, thrown),
        complete: () => {
          alive = false
        },
      }),
    ),
  )
  return client
}
