import { map, merge, NEVER, timer, VirtualTimeScheduler, type Observable, type SchedulerLike } from 'rxjs'
import { recorder } from '../core/trace/index.ts'
import type {
  CallAction,
  callPipeline,
  CallersPort,
  Stages,
  SettingsOverrides,
  TimingsOverrides,
  CallStep,
  Env,
  Feature,
} from '../core/index.ts'
import type { Overrides } from '../core/overrides.ts'
import type { TraceEntry } from '../core/trace/index.ts'
import type { PathConditions } from './connection/media/path-conditions.ts'
import type { VirtualPeerTimes } from './connection/ice/virtual-clock.ts'
import { fakeMedia, type FakeMedia, type FakeMediaOptions } from './fake-media.ts'
import { virtualId } from './marbles.ts'
import { phaseOf, type PhaseName } from './phase-of.ts'
import { virtualPeers } from './virtual-peers.ts'
import { virtualRelay, type VirtualRelayOptions } from './virtual-relay.ts'

/** What one user does at which millisecond of virtual time, and how this user's client is set up. */
export interface Role {
  readonly does?: Readonly<Record<number, CallAction>> | undefined
  /** When the client vanishes without closing, in milliseconds. */
  readonly vanishesAt?: number | undefined
  readonly media?: FakeMediaOptions | undefined
  readonly settings?: SettingsOverrides | undefined
  readonly timings?: TimingsOverrides | undefined
  /** Decides who may call; everybody by default. */
  readonly callers?: CallersPort | undefined
  /** Stages that replace the built-in ones in this client's calls. */
  readonly stages?: Overrides<Stages> | undefined
  /** The features that this client supports. Default: those of this version. */
  readonly features?: readonly Feature[] | undefined
  /**
   * When this client's recording begins, in milliseconds; 0 by default. If a call is open, recording begins after it.
   */
  readonly recordsAt?: number | undefined
  /** Runs this client instead of the usual pipeline, such as `inspect()`. Its trace then stays empty. */
  readonly pipeline?: typeof callPipeline | undefined
  /** Where the client's ids start. A client with higher ids loses in glare. Default: in order of the roles. */
  readonly idsFrom?: number | undefined
}

/** A phase of a call, and when it began: `{ at: 30, phase: 'calling:inviting' }`. */
export interface PhaseChange {
  /** In milliseconds of virtual time. */
  readonly at: number
  readonly phase: PhaseName
}

/**
 * The outcome of {@link play}, by role name; `undefined` for an unknown name.
 *
 * @example
 * const { phases, openPeers } = play({
 *   alice: { does: { 30: { type: 'call', user: 'bob' }, 200: { type: 'hang-up' } } },
 *   bob: { does: { 100: { type: 'accept' } } },
 * })
 * expect(phases.alice?.at(-1)).toEqual({ at: 200, phase: 'ended:hung-up:local' })
 * expect(phases.bob?.map(({ phase }) => phase)).toContain('connected')
 * expect(openPeers).toBe(0)
 */
export interface Play {
  /** The phases of each user's calls, in order. Every change is listed once; the first `idle` is left out. */
  readonly phases: Readonly<Record<string, readonly PhaseChange[]>>
  /** Every event of each client, with the state after it. */
  readonly steps: Readonly<Record<string, readonly CallStep[]>>
  /** What each client saw, as a recording: for `toMarbles`, `replay` and `toTest`. */
  readonly traces: Readonly<Record<string, readonly TraceEntry[]>>
  /** The fake camera and microphone of each user, with everything that was captured. */
  readonly media: Readonly<Record<string, FakeMedia>>
  /** How many peer connections are still open at the end. */
  readonly openPeers: number
}

/** The network of {@link play}, for the relay and the peer connections. All times are in milliseconds. */
export interface PlayOptions extends VirtualRelayOptions {
  /** When the relay is unreachable for everybody, and for how long: `{ 5_000: 800 }`. */
  readonly relayCuts?: Readonly<Record<number, number>> | undefined
  /** The same for the paths between the peers. */
  readonly pathCuts?: Readonly<Record<number, number>> | undefined
  /**
   * How the paths treat media from a time on: those to `user`, or all of them. Each entry replaces what was set before,
   * as {@link VirtualPeers.shape} does: `{ 2_000: { user: 'bob', loss: 0.1 }, 9_000: {} }`.
   */
  readonly paths?: Readonly<Record<number, ShapedPath>> | undefined
  /** How long peer connections take for each step. */
  readonly peerTimes?: Overrides<VirtualPeerTimes> | undefined
}

/** The conditions of the paths to `user`, or of all paths if it is missing. */
export interface ShapedPath extends Overrides<PathConditions> {
  readonly user?: string | undefined
}

/**
 * Runs whole clients against each other in virtual time, until nothing is left to happen. They are connected by a relay
 * and a network (5 ms each way).
 *
 * @example
 * const { phases } = play(
 *   { alice: { does: { 30: { type: 'call', user: 'bob' } } }, bob: { does: { 100: { type: 'accept' } } } },
 *   { pathCuts: { 2_000: 4_000 } },
 * )
 */
export function play(
  roles: Readonly<Record<string, Role>>,
  { relayCuts = {}, pathCuts = {}, paths = {}, peerTimes = {}, ...relayOptions }: PlayOptions = {},
): Play {
  const scheduler = new VirtualTimeScheduler()
  const phases: Record<string, PhaseChange[]> = {}
  const steps: Record<string, CallStep[]> = {}
  const traces: Record<string, TraceEntry[]> = {}
  const media: Record<string, FakeMedia> = {}
  const thrownBy: unknown[] = []
  const relay = virtualRelay({ scheduler, id: () => '' }, relayOptions)
  const peers = virtualPeers({ scheduler, id: () => '' }, peerTimes)
  for (const [at, ms] of Object.entries(relayCuts)) scheduler.schedule(() => relay.restart(ms), Number(at))
  for (const [at, ms] of Object.entries(pathCuts)) {
    scheduler.schedule(() => peers.cut(), Number(at))
    scheduler.schedule(() => peers.heal(), Number(at) + ms)
  }
  for (const [at, { user, ...conditions }] of Object.entries(paths))
    scheduler.schedule(() => peers.shape(conditions, user), Number(at))

  const start = (user: string, role: Role, index: number) => {
    let ids = role.idsFrom ?? (index + 1) * 100
    const env: Env = { scheduler, id: () => virtualId(++ids) }
    const camera = (media[user] = fakeMedia(user, env, role.media))
    const signaling = relay.port({ user, party: virtualId(0xa0 + index) })
    const trace: TraceEntry[] = (traces[user] = [])
    const seen: CallStep[] = (steps[user] = [])
    const changes: PhaseChange[] = (phases[user] = [])
    let before: PhaseName = 'idle'
    const write = (entry: TraceEntry) => trace.push(entry)
    const calls = recorder()
    if (role.recordsAt === undefined) calls.start(write)
    else scheduler.schedule(() => calls.start(write), role.recordsAt)
    const run = role.pipeline ?? calls.pipeline
    const client = run(
      actionsAt(role.does ?? {}, scheduler),
      { signaling, peer: peers.of(user).port, media: camera, ...(role.callers && { callers: role.callers }) },
      env,
      role,
    ).subscribe({
      next: (step) => {
        seen.push(step)
        const phase = phaseOf(step.state.call)
        if (phase !== before) changes.push({ at: scheduler.now(), phase })
        before = phase
      },
      error: (thrown: unknown) => thrownBy.push(thrown),
    })
    if (role.vanishesAt !== undefined) scheduler.schedule(() => client.unsubscribe(), role.vanishesAt)
    return client
  }
  const clients = Object.entries(roles).map(([user, role], index) => start(user, role, index))
  scheduler.flush()
  const openPeers = peers.open()
  clients.forEach((client) => client.unsubscribe())
  if (thrownBy.length > 0)
    throw new Error('a pipeline threw, which must never happen', { cause: thrownBy[0] })
  return { phases, steps, traces, media, openPeers }
}

/**
 * Emits each action at its time, in milliseconds from subscribing, and never completes.
 *
 * @example
 * const action$ = actionsAt({ 30: { type: 'call', user: 'bob' }, 500: { type: 'hang-up' } }, scheduler)
 */
export function actionsAt(
  times: Readonly<Record<number, CallAction>>,
  scheduler: SchedulerLike,
): Observable<CallAction> {
  const each = Object.entries(times).map(([ms, action]) =>
    timer(Number(ms), scheduler).pipe(map(() => action)),
  )
  return merge(NEVER, ...each)
}
