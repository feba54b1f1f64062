import type { Random } from './random.ts'
import type { Fault, FaultKind, Happening, SimulatedUser } from './scenario.ts'

/** Milliseconds a message takes from client to client; races happen at this distance. */
export const LEG = 10
/** For ever, in milliseconds: longer than any world lasts. */
const ENDLESS = 1e9
/** Milliseconds until a peer connection notices that its path is gone. */
const DISCONNECT = 5_000

const timed = ['loss', 'lost-ack', 'duplication', 'reordering', 'delay'] as const
const lasting = ['one-way-partition', 'stall', 'disconnect', 'crash', 'tab-close', 'freeze'] as const
const chosen = ['stale', 'replay', 'malformed', 'forged'] as const

/** A few things that go wrong about a call that begins at `at`; where the world settles, all of them end. */
export function makeFaults(
  random: Random,
  at: number,
  users: readonly SimulatedUser[],
  allowed: ReadonlySet<FaultKind>,
  settles: boolean,
): Happening[] {
  const clients = users.length
  const makers = [
    ...timed.map((fault) => (): Fault => ({
      fault,
      client: random.int(0, clients - 1),
      ms: settles ? random.int(10, 5_000) : ENDLESS,
      rate: random.pick([0.1, 0.3, 1]),
    })),
    ...lasting.map((fault) => (): Fault => ({
      fault,
      client: random.int(0, clients - 1),
      ms: random.int(1, random.pick([50, 1_000, 20_000])),
    })),
    ...chosen.map((fault) => (): Fault => ({
      fault,
      client: random.int(0, clients - 1),
      which: random.int(0, 1_000),
    })),
    (): Fault => ({ fault: 'relay-restart', ms: random.int(1, 3_000) }),
    (): Fault => ({
      fault: 'peer-rejects',
      client: random.int(0, clients - 1),
      times: random.pick([1, 1, 2, 10]),
    }),
    (): Fault => ({
      fault: random.pick(['peer-breaks', 'flood'] as const),
      client: random.int(0, clients - 1),
    }),
    (): Fault => ({ fault: 'path-cut' }),
    (): Fault => ({
      fault: 'old-invite',
      client: random.int(0, clients - 1),
      ageMs: random.pick([0, 30_000, 56_990, 57_000, 57_001, 60_000, 1e9]),
      offerFirst: random.chance(0.3),
    }),
  ]
  const happenings: Happening[] = []
  const add = (when: number, fault: Fault) => {
    if (allowed.has(fault.fault)) happenings.push({ at: Math.max(when, 1), ...fault })
  }
  const hangUpDuring = (when: number, ms: number) => {
    if (allowed.has('hang-up-during-restart') && random.chance(0.3))
      happenings.push({
        at: Math.max(when, 1) + random.int(1, ms),
        client: random.int(0, clients - 1),
        action: { type: 'hang-up' },
      })
  }
  for (let count = random.int(1, 3); count > 0; count--) {
    const fault = random.pick(makers)?.()
    const when = at + random.int(-LEG, random.pick([5 * LEG, 300, 3_000, 10_000]))
    if (!fault) continue
    add(when, fault)
    if (fault.fault === 'relay-restart') hangUpDuring(when, fault.ms)
  }
  // While calls have lost their path, which takes some time to show, other things go wrong too.
  if (random.chance(0.2) && allowed.has('path-outage')) {
    const when = at + random.int(0, random.pick([300, 3_000]))
    const ms = random.int(1, random.pick([5_000, 10_000, 40_000]))
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
      happenings.push({
        at: meanwhile(),
        client: random.int(0, clients - 1),
        action: { type: 'call', user: random.pick(users)?.user ?? '' },
      })
    for (let count = random.int(0, 4); count > 0; count--) {
      const fault = random.pick(makers)?.()
      const then = meanwhile()
      if (fault && fault.fault !== 'path-outage') add(then, fault)
    }
  }
  return happenings
}
