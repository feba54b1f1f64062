import type { Happening, Scenario, StandingFault } from './scenario.ts'

/** Users who call each other within this time have not heard of the other's call, in milliseconds. */
const GLARE_MS = 20
/** A call that is given up within this time meets its answer on the way, in milliseconds. */
const EARLY_MS = 100
const RING_MS = 60_000
/** A user whose tab is back calls again within this time, in milliseconds. */
const AGAIN_MS = 5_000

/** The faults of a scenario that are no happening by themselves, but the way its users are or behave. */
export function standingFaults({ clients, happenings }: Scenario): StandingFault[] {
  const captures = clients.flatMap((user) => user.captures)
  const present: Readonly<Record<StandingFault, boolean>> = {
    'second-tab': hasSecondTab(clients),
    clock: clients.some(({ clockMs }) => clockMs !== 0),
    'capture-slow': captures.some(({ afterMs }) => afterMs > 0),
    'capture-refused': captures.some(({ refusal }) => refusal !== undefined),
    'bare-simple-peer': clients.some(({ peer }) => peer === 'bare-simple-peer'),
    glare: pairs(happenings, 'call', 'call', GLARE_MS).some(([one, other]) => one.client !== other.client),
    'cancel-against-accept': pairs(happenings, 'call', 'hang-up', EARLY_MS).length > 0,
    'accept-against-timeout': clients.some(({ answers }) =>
      answers.some(({ afterMs }) => Math.abs(afterMs - RING_MS) <= GLARE_MS),
    ),
    'hang-up-during-restart': happenings.some(
      (fault) => 'fault' in fault && hangUpsDuring(fault, happenings),
    ),
    'call-after-crash': happenings.some((crash) => callsAfter(crash, happenings)),
  }
  return (Object.keys(present) as StandingFault[]).filter((fault) => present[fault])
}

/** Whether nothing goes wrong in a scenario: its users may be slow, refuse or have wrong clocks, and no more. */
export function isCalm({ clients, happenings }: Scenario): boolean {
  const isBare = clients.some(({ peer }) => peer === 'bare-simple-peer')
  return !isBare && !hasSecondTab(clients) && isFaultless({ happenings })
}

/** Whether the network and all tabs do as they should, also where a user has several. */
export function isFaultless({ happenings }: Pick<Scenario, 'happenings'>): boolean {
  return happenings.every((happening) => !('fault' in happening))
}

function hasSecondTab(clients: Scenario['clients']): boolean {
  return new Set(clients.map(({ user }) => user)).size < clients.length
}

function hangUpsDuring(fault: Happening, happenings: readonly Happening[]): boolean {
  if (!('fault' in fault) || (fault.fault !== 'relay-restart' && fault.fault !== 'path-outage')) return false
  return happenings.some(
    (other) => isAction(other, 'hang-up') && other.at > fault.at && other.at < fault.at + fault.ms,
  )
}

/** Whether the user of a tab that crashed calls somebody as soon as there is a new one. */
function callsAfter(crash: Happening, happenings: readonly Happening[]): boolean {
  if (!('fault' in crash) || crash.fault !== 'crash') return false
  const { at, ms, client } = crash
  return happenings.some(
    (other) =>
      isAction(other, 'call') &&
      other.client === client &&
      other.at > at + ms &&
      other.at <= at + ms + AGAIN_MS,
  )
}

type ActionHappening = Extract<Happening, { action: unknown }>

const isAction = (happening: Happening, type: string): happening is ActionHappening =>
  'action' in happening && happening.action.type === type

/** The pairs of actions of these types, the second at most `ms` after the first. */
function pairs(happenings: readonly Happening[], first: string, second: string, ms: number) {
  const seconds = happenings.filter((happening) => isAction(happening, second))
  return happenings
    .filter((happening) => isAction(happening, first))
    .flatMap((one) =>
      seconds
        .filter((other) => other !== one && other.at >= one.at && other.at - one.at <= ms)
        .map((other) => [one, other] as const),
    )
}
