import type { CallAction, CallState } from '../../core/index.ts'
import { makeQualityFault } from './generate-quality.ts'
import { callAgain, makeFault, makeFaults } from './generate-faults.ts'
import type { Random } from './random.ts'
import {
  momentaryFaults,
  qualityFaults,
  type Answer,
  type FaultKind,
  type TimelineEntry,
  type Scenario,
  type SimulatedUser,
} from './scenario.ts'

type Phase = CallState['phase']

/** The phases of the first two clients, and the fault that strikes at that moment. */
export interface Scene {
  readonly phases: readonly [Phase, Phase]
  readonly fault: FaultKind
}

/** Rare combinations of phases and faults, and what the other client may do. */
const seldom = ['ringing', 'ringing', 'connecting', 'reconnecting', 'reconnecting'] as const
const phases = ['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended'] as const

/** The moment of the scene, in milliseconds. */
const SCENE = 15_000
/** This long after a hang-up, the other side has lost its peer connection. The message is still in flight. */
const CLOSING = 7
/**
 * Times after a silent failure, in milliseconds: from a crash until the peer connection notices; from an unexplained
 * close until the call is reconnecting, with some margin; and until the call ends.
 */
const SILENCE = 7_500
const NOTICE = 1_020
const GRACE = 5_000
/** Faults that keep the other side from learning in time that a call has ended. */
const unheard = ['crash', 'disconnect', 'one-way-partition'] as const
const RING = 60_000
const DAY = 86_400_000

/** Each of the two in the scene needs a partner, and two others need to call each other. */
const CAST = 4
const [CALLER, CALLEE] = [4, 5]
/** Faults that do not fit the calls of the cast. */
const asideFaults: readonly FaultKind[] = [
  'stale',
  'replay',
  'forged',
  'takeover',
  'call-after-crash',
  'capture-slow',
  'capture-refused',
  'bare-simple-peer',
  'glare',
  'cancel-against-accept',
  'accept-against-timeout',
  'hang-up-during-restart',
]

const apart: readonly FaultKind[] = qualityFaults

export function pickScene(random: Random, faults: ReadonlySet<FaultKind>): Scene | undefined {
  const fault = random.pick([...faults].filter((kind) => !apart.includes(kind)))
  if (fault === undefined) return undefined
  const [one, other] = [random.pick(seldom), random.pick(phases)]
  return { phases: random.chance(0.5) ? [one, other] : [other, one], fault }
}

/** How many clients the scene needs. */
export const sizeOf = ({ fault }: Scene): number => (asideFaults.includes(fault) ? CALLEE + 1 : CAST)

/**
 * Builds a world around `users`, as many as the scene takes or more. When the fault strikes, each of the first two is
 * in a call with another user, in the given phase. After that the world continues at random.
 */
export function makeScene(
  random: Random,
  scene: Scene,
  users: readonly SimulatedUser[],
  faults: ReadonlySet<FaultKind>,
): Pick<Scenario, 'clients' | 'timeline'> {
  const clients = users.map((user, index) => directed(random, user, index, scene))
  if (scene.fault === 'second-tab' && clients[1])
    clients.push({ ...clients[1], answers: [{ afterMs: 0, does: 'nothing' }] })
  const timeline = [
    ...scene.phases.flatMap((phase, index) => makeRole(random, phase, index, clients, faults)),
    ...makeAside(random, scene.fault, clients, faults),
    ...(random.chance(0.3) ? makeFaults(random, SCENE + random.int(0, 500), clients, faults, true) : []),
  ]
  return { clients, timeline }
}

/** A user who does only what the scene needs before it. */
function directed(
  random: Random,
  user: SimulatedUser,
  index: number,
  { phases, fault }: Scene,
): SimulatedUser {
  const phase = phases[index % 2]
  const isSilent = phase === (index < 2 ? 'ringing' : 'calling')
  const answers: readonly Answer[] = [{ afterMs: 0, does: isSilent ? 'nothing' : 'accept' }]
  if (index < CAST)
    return {
      ...user,
      clockMs: fault === 'clock' && index === CAST - 1 ? DAY : user.clockMs,
      answers,
      captures: [{ afterMs: 0, refusal: undefined }],
      peer: user.peer === 'bare-simple-peer' ? 'simple-peer' : user.peer,
    }
  if (index !== CALLEE) return user
  switch (fault) {
    case 'capture-slow':
      return { ...user, captures: [{ afterMs: random.int(1, GRACE), refusal: undefined }] }
    case 'capture-refused':
      return { ...user, captures: [{ afterMs: 0, refusal: 'permission-denied' }] }
    case 'bare-simple-peer':
      return { ...user, peer: fault }
    case 'accept-against-timeout':
      return { ...user, answers: [{ afterMs: RING + random.int(-20, 20), does: 'accept' }] }
    default:
      return user
  }
}

const act = (at: number, client: number, action: CallAction): TimelineEntry => ({ at, client, action })

/** Actions that bring the client `index` to a phase at the scene's moment, and perhaps end its call later. */
function makeRole(
  random: Random,
  phase: Phase,
  index: number,
  clients: readonly SimulatedUser[],
  faults: ReadonlySet<FaultKind>,
): TimelineEntry[] {
  const partner = index + 2
  const call = (msBefore: number, isOwn: boolean) =>
    act(SCENE - msBefore, isOwn ? index : partner, {
      type: 'call',
      user: clients[isOwn ? partner : index]?.user ?? '',
    })
  const later = SCENE + random.int(5, random.pick([200, 5_000, 20_000]))
  const ending = random.chance(0.85) ? [act(later, index, { type: 'hang-up' })] : []
  switch (phase) {
    case 'idle':
      return []
    case 'calling':
      return [call(random.int(1, 3_000), true), ...ending]
    case 'ringing':
      return [
        call(random.int(15, 3_000), false),
        ...(random.chance(0.5) ? [act(SCENE + random.int(1, 300), index, { type: 'accept' })] : []),
        ...ending,
      ]
    case 'connecting':
      // The callee is in this phase when it rings, the caller when it learns of that.
      return [
        random.chance(0.5) ? call(random.int(25, 35), true) : call(random.int(14, 24), false),
        ...ending,
      ]
    case 'connected':
      return [call(random.int(300, 4_000), random.chance(0.5)), ...ending]
    case 'ended': {
      const ms = random.int(1_000, 4_000)
      return [call(ms, true), act(SCENE - ms + random.int(1, 500), index, { type: 'hang-up' })]
    }
    case 'reconnecting': {
      const isOwn = random.chance(0.5)
      const fault = random.pick(unheard.filter((kind) => faults.has(kind)))
      // Its peer connection has just closed, and the hang-up is about to arrive. This is as close as it gets without a
      // fault.
      if (fault === undefined)
        return [call(random.int(300, 4_000), isOwn), act(SCENE - CLOSING, partner, { type: 'hang-up' })]
      const closed = SCENE - random.int(NOTICE, GRACE - 10)
      if (fault === 'crash') {
        const at = closed - SILENCE
        return [
          call(SCENE - at + random.int(300, 2_000), isOwn),
          { at, fault, client: partner, ms: random.int(1, 20_000) },
          ...ending,
        ]
      }
      return [
        call(SCENE - closed + random.int(300, 4_000), isOwn),
        { at: closed - 5, fault, client: partner, ms: SCENE - closed + random.int(20, 10_000) },
        act(closed, partner, { type: 'hang-up' }),
      ]
    }
  }
}

/** The fault, and the call of the two others that it may involve. */
function makeAside(
  random: Random,
  fault: FaultKind,
  clients: readonly SimulatedUser[],
  faults: ReadonlySet<FaultKind>,
): TimelineEntry[] {
  const call = (at: number, from: number, to: number) =>
    act(at, from, { type: 'call', user: clients[to]?.user ?? '' })
  const hangUp = (at: number) => act(at, CALLER, { type: 'hang-up' })
  const strike = momentaryFaults.find((kind) => kind === fault)
  const poor = qualityFaults.find((kind) => kind === fault)
  switch (fault) {
    case 'stale':
    case 'replay':
    case 'forged':
    case 'takeover': {
      // A message of a call that is over, or that is open.
      const before = SCENE - random.int(500, 2_000)
      const end = fault === 'forged' || fault === 'takeover' ? [] : [hangUp(before + random.int(100, 400))]
      const struck = { ...makeFault(fault, random, clients.length, true), client: CALLER }
      return [call(before, CALLER, CALLEE), ...end, { at: SCENE, ...struck }]
    }
    case 'call-after-crash': {
      if (!faults.has('crash')) return []
      const ms = random.int(1, 2_000)
      const crash = { at: SCENE, fault: 'crash', client: CALLER, ms } as const
      const user = clients[CALLEE]?.user ?? ''
      return [
        call(SCENE - random.int(500, 2_000), CALLER, CALLEE),
        crash,
        callAgain(random, SCENE + ms, CALLER, user),
      ]
    }
    case 'glare':
      return [call(SCENE, CALLER, CALLEE), call(SCENE + random.int(0, 20), CALLEE, CALLER)]
    case 'cancel-against-accept':
      return [call(SCENE, CALLER, CALLEE), hangUp(SCENE + random.int(1, 80))]
    case 'hang-up-during-restart': {
      if (!faults.has('relay-restart')) return []
      const restart = { at: SCENE + 1, fault: 'relay-restart', ms: random.int(20, 3_000) } as const
      return [call(SCENE, CALLER, CALLEE), restart, hangUp(SCENE + random.int(2, 20))]
    }
    default:
      if (poor) return [{ at: SCENE, ...makeQualityFault(poor, random, clients.length) }]
      if (strike) return [{ at: SCENE, ...makeFault(strike, random, clients.length, true) }]
      return clients.length > CALLEE ? [call(SCENE, CALLER, CALLEE)] : []
  }
}
