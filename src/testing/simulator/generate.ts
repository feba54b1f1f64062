import type { CallAction, MediaRequest } from '../../core/index.ts'
import { verdictsOn } from './generate-callers.ts'
import { knownTo, namedByRelay } from './generate-features.ts'
import { withQuality } from './generate-quality.ts'
import { LEG, makeFaults } from './generate-faults.ts'
import { makeScene, pickScene, sizeOf } from './generate-scene.ts'
import { strangers } from './injected-messages.ts'
import { chanceOf, seededRandom, type Random } from './random.ts'
import type {
  Answer,
  Capture,
  FaultKind,
  TimelineEntry,
  PeerKind,
  Scenario,
  SimulatedUser,
} from './scenario.ts'

export interface GenerateOptions {
  /** How many clients there are at least; 2 by default. */
  readonly clients: number
  /** Which faults may occur. */
  readonly faults: ReadonlySet<FaultKind>
}

const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi']
const DAY = 86_400_000
const RING = 60_000

/**
 * Generates a scenario: users who call each other a few times, and faults aimed at those calls. Some clients and relays
 * name features, and some clients do not let everybody call. In a few worlds, clients watch the quality of their calls.
 *
 * @example
 * const scenario = generate(7, { clients: 2, faults: new Set(['loss']) })
 * expect(runScenario(scenario).violation).toBeUndefined()
 */
export function generate(seed: number, options: GenerateOptions): Scenario {
  const scenario = makeScenario(seed, options)
  const users = [...new Set(scenario.clients.map(({ user }) => user)), ...strangers]
  const described = {
    ...scenario,
    clients: scenario.clients.map((user, index) => ({
      ...user,
      features: knownTo(seed, index, user.user),
      verdicts: verdictsOn(users, seed, index),
      ...recordsAt(seed, index),
    })),
    relayFeatures: namedByRelay(seed),
  }
  return withQuality(described, options.faults)
}

/** Some clients are recorded from some time on. Derived from the seed alone, so that the rest does not depend on it. */
function recordsAt(seed: number, index: number): Pick<SimulatedUser, 'recordsAt'> {
  if (chanceOf(seed, index, 'records') > 0.03) return {}
  return { recordsAt: Math.round(chanceOf(seed, index, 'records at') * 20_000) }
}

function makeScenario(seed: number, { clients, faults }: GenerateOptions): Scenario {
  const random = seededRandom(seed)
  // One world in ten is a scene that hardly ever happens by chance.
  const scene = random.chance(0.1) ? pickScene(random, faults) : undefined
  if (scene) {
    const size = Math.max(clients, sizeOf(scene))
    const made = makeScene(random, scene, makeUsers(random, size, faults).slice(0, size), faults)
    return { seed, clients: made.clients, timeline: inOrder(made.timeline), settles: true }
  }
  const timeline: TimelineEntry[] = []
  // One world in ten has endless faults, so only safety rules apply.
  const settles = !random.chance(0.1)
  // In one world of six nothing goes wrong, so each call must go exactly as the users want.
  const calm = random.chance(0.16)
  const users = makeUsers(random, clients, faults)
  let at = 30
  const calls = random.int(1, 4)
  for (let call = 0; call < calls; call++) {
    at += random.chance(0.15) ? random.int(0, 80_000) : random.int(20, 6_000)
    timeline.push(...makeCall(random, at, users, faults))
    if (random.chance(0.3)) timeline.push(makeStrayAction(random, at, users))
    if (!calm && random.chance(0.8)) timeline.push(...makeFaults(random, at, users, faults, settles))
  }
  return { seed, clients: users, timeline: inOrder(timeline), settles }
}

const inOrder = (timeline: readonly TimelineEntry[]) => [...timeline].sort((a, b) => a.at - b.at)

function makeUsers(random: Random, count: number, faults: ReadonlySet<FaultKind>): SimulatedUser[] {
  const user = (name: string): SimulatedUser => ({
    user: name,
    clockMs: faults.has('clock') && random.chance(0.1) ? random.pick([DAY, -DAY]) : 0,
    answers: Array.from({ length: 4 }, () => makeAnswer(random, faults)),
    captures: Array.from({ length: 4 }, () => makeCapture(random, faults)),
    peer: makePeer(random, faults),
  })
  const more = random.pick([0, 0, 0, 0, 0, 1, 1, 2, 2])
  const users = names.slice(0, Math.max(count, 2) + more).map(user)
  if (!faults.has('second-tab') || !random.chance(0.25)) return users
  const tabs = Array.from({ length: random.pick([1, 1, 2]) }, () => user('bob'))
  return [...users, ...tabs]
}

function makeAnswer(random: Random, faults: ReadonlySet<FaultKind>): Answer {
  const does = random.pick(['accept', 'accept', 'accept', 'accept', 'decline', 'nothing'] as const)
  const late = faults.has('accept-against-timeout') && random.chance(0.05)
  return {
    does,
    afterMs: late ? RING + random.int(-2 * LEG, 2 * LEG) : random.int(0, random.pick([5, 50, 2_000])),
  }
}

function makeCapture(random: Random, faults: ReadonlySet<FaultKind>): Capture {
  const slow = faults.has('capture-slow') && random.chance(0.2)
  const refused = faults.has('capture-refused') && random.chance(0.08)
  const afterMs = slow ? random.int(1, random.pick([30, 5_000])) : 0
  if (!refused) return { afterMs, refusal: undefined }
  const refusal = random.pick(['no-device', 'permission-denied', 'device-in-use', 'capture-failed'] as const)
  const kind = random.pick([undefined, 'audio', 'video', 'video'] as const)
  return { afterMs, refusal, ...(kind && { refused: kind }) }
}

function makePeer(random: Random, faults: ReadonlySet<FaultKind>): PeerKind {
  const peer = random.pick(['simple-peer', 'native'] as const)
  return faults.has('bare-simple-peer') && random.chance(0.03) ? 'bare-simple-peer' : peer
}

/** One user calls another, they write and mute, and one of them may hang up. */
function makeCall(
  random: Random,
  at: number,
  users: readonly SimulatedUser[],
  faults: ReadonlySet<FaultKind>,
): TimelineEntry[] {
  const caller = random.int(0, users.length - 1)
  const callee = (caller + random.int(1, users.length - 1)) % users.length
  const act = (ms: number, client: number, action: CallAction): TimelineEntry => ({
    at: at + ms,
    client,
    action,
  })
  const call = (ms: number, from: number, to: number) =>
    act(ms, from, { type: 'call', user: users[to]?.user ?? 'nobody' })

  const timeline = [call(0, caller, random.chance(0.03) ? -1 : callee)]
  if (faults.has('glare') && random.chance(0.2)) timeline.push(call(random.int(0, 2 * LEG), callee, caller))
  // All texts of a world differ, so that a duplicate is not mistaken for another text.
  const text = (ms: number, name: string) =>
    act(ms, random.pick([caller, callee]), { type: 'send', id: `${name} of ${at}`, text: `${name} of ${at}` })
  for (let texts = random.int(0, 3); texts > 0; texts--)
    timeline.push(text(random.int(0, random.pick([30, 300, 3_000])), `text ${texts}`))
  // More texts than may wait.
  if (random.chance(0.005)) for (let texts = 210; texts > 0; texts--) timeline.push(text(5, `flood ${texts}`))
  for (let mutes = random.int(0, 5) - 2; mutes > 0; mutes--)
    timeline.push(
      act(random.int(0, random.pick([100, 3_000])), random.pick([caller, callee]), {
        type: 'mute',
        kind: random.pick(['audio', 'video'] as const),
        muted: random.chance(0.7),
      }),
    )
  for (let changes = random.int(0, 5) - 2; changes > 0; changes--)
    timeline.push(
      act(random.int(0, random.pick([100, 3_000])), random.pick([caller, callee]), makeMediaAction(random)),
    )
  // Other users call each other meanwhile, so that the first two are in unrelated calls.
  if (users.length >= 4 && random.chance(0.3))
    timeline.push(call(random.int(0, 500), 0, 2), call(random.int(0, 500), 1, 3))
  if (random.chance(0.05)) timeline.push(call(random.int(0, 500), caller, callee))
  if (random.chance(0.1))
    timeline.push(call(random.int(0, 15_000), random.pick([caller, callee]), random.int(0, users.length - 1)))
  const early = faults.has('cancel-against-accept') && random.chance(0.3)
  const until = early ? random.int(0, 8 * LEG) : random.int(0, random.pick([500, 5_000, 20_000]))
  if (random.chance(0.85)) timeline.push(act(until, random.pick([caller, callee]), { type: 'hang-up' }))
  return timeline
}

/** A user changes what is sent, or puts the call on hold. */
function makeMediaAction(random: Random): CallAction {
  if (random.chance(0.25)) return { type: 'hold', held: random.chance(0.5) }
  const audio = random.pick<MediaRequest['audio']>([true, false, { deviceId: 'headset' }])
  const video = random.pick<MediaRequest['video']>([true, false, { deviceId: 'front' }, 'screen', 'screen'])
  const change = random.pick<Partial<MediaRequest>>([{ audio }, { video }, { video }, { audio, video }])
  return { type: 'media', change }
}

/** A user does something, perhaps without a call to act on. */
function makeStrayAction(random: Random, at: number, users: readonly SimulatedUser[]): TimelineEntry {
  const client = random.int(0, users.length - 1)
  const action = random.pick<CallAction>([
    { type: 'accept' },
    { type: 'accept' },
    { type: 'decline' },
    { type: 'hang-up' },
    { type: 'mute', kind: 'video', muted: true },
    { type: 'media', change: { video: 'screen' } },
    { type: 'hold', held: true },
    { type: 'send', id: `stray ${at}`, text: `stray ${at}` },
    { type: 'call', user: random.pick(users)?.user ?? '' },
  ])
  return { at: at + random.int(-LEG, random.pick([5 * LEG, 3_000])), client, action }
}
