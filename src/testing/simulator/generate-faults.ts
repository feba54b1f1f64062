import type { Random } from './random.ts'
import {
  suddenFaults,
  type momentaryFaults,
  type Fault,
  type FaultKind,
  type TimelineEntry,
  type SimulatedUser,
} from './scenario.ts'

/** Milliseconds a message takes from client to client; races happen at this distance. */
export const LEG = 10
/** Forever, in milliseconds: longer than any world lasts. */
const ENDLESS = 1e9
/** Milliseconds until a peer connection notices that its path is gone. */
const DISCONNECT = 5_000

/** A random fault of this kind. It ends if the world settles. */
export function makeFault(
  fault: (typeof momentaryFaults)[number],
  random: Random,
  clients: number,
  settles: boolean,
): Fault {
  const client = random.int(0, clients - 1)
  switch (fault) {
    case 'loss':
    case 'lost-ack':
    case 'duplication':
    case 'reordering':
    case 'delay':
      return {
        fault,
        client,
        ms: settles ? random.int(10, 5_000) : ENDLESS,
        rate: random.pick([0.1, 0.3, 1]),
      }
    case 'one-way-partition':
    case 'stall':
    case 'disconnect':
    case 'crash':
    case 'tab-close':
    case 'freeze':
      return { fault, client, ms: random.int(1, random.pick([50, 1_000, 20_000])) }
    case 'stale':
    case 'replay':
    case 'malformed':
    case 'forged':
      return { fault, client, which: random.int(0, 1_000) }
    case 'flood':
    case 'takeover':
      return { fault, client }
    case 'resume-storm':
      return { fault, client, ms: random.int(500, 5_000) }
    case 'rings-again':
      return {
        fault,
        client,
        times: random.int(2, 12),
        everyMs: random.int(1, random.pick([500, 5_000, 20_000])),
      }
    case 'peer-breaks':
      return { fault, client, flickers: random.chance(0.5) }
    case 'peer-rejects':
      return { fault, client, times: random.pick([1, 1, 2, 10]), isTold: random.chance(0.3) }
    case 'old-invite':
      return {
        fault,
        client,
        ageMs: random.pick([0, 30_000, 56_990, 57_000, 57_001, 60_000, 1e9]),
        offerFirst: random.chance(0.3),
      }
    case 'device-pulled':
      return { fault, client, kind: random.pick(['audio', 'video'] as const) }
    case 'device-muted':
      return {
        fault,
        client,
        kind: random.pick(['audio', 'video'] as const),
        ms: random.int(1, random.pick([50, 5_000])),
      }
    case 'path-cut':
      return { fault }
    case 'path-outage':
      return { fault, ms: outageMs(random) }
    case 'relay-restart':
      return { fault, ms: random.int(1, 3_000) }
  }
}

/** A user whose tab is back since `at` calls somebody. */
export const callAgain = (random: Random, at: number, client: number, user: string): TimelineEntry => ({
  at: at + random.int(2, random.pick([50, 3_000])),
  client,
  action: { type: 'call', user },
})

/** A flood is as much work as all other faults of a world together, so it is rarer. */
function pickSudden(random: Random): (typeof suddenFaults)[number] {
  const fault = random.pick(suddenFaults)
  return fault === 'flood' && random.chance(0.8) ? random.pick(suddenFaults) : fault
}

const outageMs = (random: Random) => random.int(1, random.pick([5_000, 10_000, 40_000]))

/** A few faults around a call that begins at `at`. All of them end if the world settles. */
export function makeFaults(
  random: Random,
  at: number,
  users: readonly SimulatedUser[],
  allowed: ReadonlySet<FaultKind>,
  settles: boolean,
): TimelineEntry[] {
  const clients = users.length
  const timeline: TimelineEntry[] = []
  const add = (when: number, fault: Fault) => {
    if (allowed.has(fault.fault)) timeline.push({ at: Math.max(when, 1), ...fault })
  }
  const hangUpDuring = (when: number, ms: number) => {
    if (allowed.has('hang-up-during-restart') && random.chance(0.3))
      timeline.push({
        at: Math.max(when, 1) + random.int(1, ms),
        client: random.int(0, clients - 1),
        action: { type: 'hang-up' },
      })
  }
  for (let count = random.int(1, 3); count > 0; count--) {
    const fault = makeFault(pickSudden(random), random, clients, settles)
    const when = at + random.int(-LEG, random.pick([5 * LEG, 300, 3_000, 10_000]))
    add(when, fault)
    if (fault.fault === 'relay-restart') hangUpDuring(when, fault.ms)
    if (fault.fault === 'crash' && allowed.has('call-after-crash') && random.chance(0.5))
      timeline.push(
        callAgain(random, Math.max(when, 1) + fault.ms, fault.client, random.pick(users)?.user ?? ''),
      )
  }
  // A lost path takes some time to be noticed. Meanwhile, other things go wrong, too.
  if (random.chance(0.2) && allowed.has('path-outage')) {
    const when = at + random.int(0, random.pick([300, 3_000]))
    const ms = outageMs(random)
    add(when, { fault: 'path-outage', ms })
    hangUpDuring(when, ms)
    if (random.chance(0.3))
      add(when + random.int(-LEG, 5_000), {
        fault: 'freeze',
        client: random.int(0, clients - 1),
        ms: random.int(1, 15_000),
      })
    const meanwhile = () => when + DISCONNECT + random.int(0, Math.max(1, ms - DISCONNECT))
    for (let count = random.int(0, 2); count > 0; count--)
      timeline.push({
        at: meanwhile(),
        client: random.int(0, clients - 1),
        action: { type: 'call', user: random.pick(users)?.user ?? '' },
      })
    for (let count = random.int(0, 4); count > 0; count--) {
      const fault = makeFault(pickSudden(random), random, clients, settles)
      add(meanwhile(), fault)
    }
  }
  return timeline
}
