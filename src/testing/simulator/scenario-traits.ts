import type { TimelineEntry, Scenario, ScenarioTrait } from './scenario.ts'

/** Calls within this time cross each other (glare), in milliseconds. */
const GLARE_MS = 20
/** A call cancelled within this time may cross its answer on the way, in milliseconds. */
const EARLY_MS = 100
const RING_MS = 60_000
/** No fault that ends lasts longer, in milliseconds. */
const LONGEST_MS = 600_000
/** A user calls again within this time after a crash, in milliseconds. */
const AGAIN_MS = 5_000

/** Returns the faults that are not injected, but follow from a scenario's users and what they do. */
export function traitsOf({ clients, timeline }: Scenario): ScenarioTrait[] {
  const captures = clients.flatMap((user) => user.captures)
  const present: Readonly<Record<ScenarioTrait, boolean>> = {
    'second-tab': hasSecondTab(clients),
    clock: clients.some(({ clockMs }) => clockMs !== 0),
    'capture-slow': captures.some(({ afterMs }) => afterMs > 0),
    'capture-refused': captures.some(({ refusal }) => refusal !== undefined),
    'bare-simple-peer': clients.some(({ peer }) => peer === 'bare-simple-peer'),
    glare: pairs(timeline, 'call', 'call', GLARE_MS).some(([one, other]) => one.client !== other.client),
    'cancel-against-accept': pairs(timeline, 'call', 'hang-up', EARLY_MS).length > 0,
    'accept-against-timeout': clients.some(({ answers }) =>
      answers.some(({ afterMs }) => Math.abs(afterMs - RING_MS) <= GLARE_MS),
    ),
    'hang-up-during-restart': timeline.some((fault) => 'fault' in fault && hangUpsDuring(fault, timeline)),
    'call-after-crash': timeline.some((crash) => callsAfter(crash, timeline)),
  }
  return (Object.keys(present) as ScenarioTrait[]).filter((fault) => present[fault])
}

/** Whether nothing goes wrong in a scenario. Its users may still be slow, refuse devices or have wrong clocks. */
export function isHappyPath({ clients, timeline }: Scenario): boolean {
  const isBare = clients.some(({ peer }) => peer === 'bare-simple-peer')
  return !isBare && !hasSecondTab(clients) && isFaultFree({ timeline })
}

/** Whether no fault is injected. Users may still have several tabs. */
export function isFaultFree({ timeline }: Pick<Scenario, 'timeline'>): boolean {
  return timeline.every((entry) => !('fault' in entry))
}

/** When the last action or fault of a scenario is over, in milliseconds; endless faults do not count. */
export function calmAtOf({ timeline }: Pick<Scenario, 'timeline'>): number {
  return Math.max(
    0,
    ...timeline.map((entry) => entry.at + ('ms' in entry && entry.ms < LONGEST_MS ? entry.ms : 0)),
  )
}

function hasSecondTab(clients: Scenario['clients']): boolean {
  return new Set(clients.map(({ user }) => user)).size < clients.length
}

function hangUpsDuring(fault: TimelineEntry, timeline: readonly TimelineEntry[]): boolean {
  if (!('fault' in fault) || (fault.fault !== 'relay-restart' && fault.fault !== 'path-outage')) return false
  return timeline.some(
    (other) => isAction(other, 'hang-up') && other.at > fault.at && other.at < fault.at + fault.ms,
  )
}

/** Whether the user of a crashed tab places a call soon after the new tab opens. */
function callsAfter(crash: TimelineEntry, timeline: readonly TimelineEntry[]): boolean {
  if (!('fault' in crash) || crash.fault !== 'crash') return false
  const { at, ms, client } = crash
  return timeline.some(
    (other) =>
      isAction(other, 'call') &&
      other.client === client &&
      other.at > at + ms &&
      other.at <= at + ms + AGAIN_MS,
  )
}

type ActionEntry = Extract<TimelineEntry, { action: unknown }>

const isAction = (entry: TimelineEntry, type: string): entry is ActionEntry =>
  'action' in entry && entry.action.type === type

/** The pairs of actions of these types, the second at most `ms` after the first. */
function pairs(timeline: readonly TimelineEntry[], first: string, second: string, ms: number) {
  const seconds = timeline.filter((entry) => isAction(entry, second))
  return timeline
    .filter((entry) => isAction(entry, first))
    .flatMap((one) =>
      seconds
        .filter((other) => other !== one && other.at >= one.at && other.at - one.at <= ms)
        .map((other) => [one, other] as const),
    )
}
