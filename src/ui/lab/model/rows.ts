import { initialState } from 'rxcall/stages'
import type { CallState, ClientState } from 'rxcall'
import type { Scene, SceneClient, SceneRun } from 'rxcall/testing'

export type Phase = CallState['phase'] | 'gone'

/** A span in which one user's call is in one phase. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly phase: Phase
}

/** One user of a scene, or one of a user's tabs. */
export interface Row {
  /** The index in `scenario.clients`. */
  readonly client: number
  readonly user: string
  /** The user's name, with a number if the user has several tabs: `bob 2`. */
  readonly name: string
  /** The tabs that it had one after the other. */
  readonly tabs: readonly SceneClient[]
  readonly bands: readonly Band[]
}

export function rowsOf({ scenario }: Scene, run: SceneRun): readonly Row[] {
  const names = namesOf(scenario.clients.map(({ user }) => user))
  return scenario.clients.map(({ user }, client) => {
    const tabs = run.clients.filter((each) => each.client === client)
    return { client, user, name: names[client] ?? user, tabs, bands: bandsOf(tabs, run.duration) }
  })
}

/** The names of the clients of these users. Those of one user are numbered. */
export function namesOf(users: readonly string[]): readonly string[] {
  return users.map((user, index) => {
    const place = users.slice(0, index + 1).filter((each) => each === user).length
    return place === 1 ? user : `${user} ${place}`
  })
}

interface Change {
  readonly at: number
  readonly phase: Phase
}

function bandsOf(tabs: readonly SceneClient[], duration: number): readonly Band[] {
  const changes = tabs.flatMap(({ startedAt, endedAt, states }): readonly Change[] => [
    { at: startedAt, phase: 'idle' },
    ...states.map(({ at, state }) => ({ at, phase: state.call.phase })),
    ...(endedAt === undefined ? [] : [{ at: endedAt, phase: 'gone' as const }]),
  ])
  const bands: Band[] = []
  for (const [index, { at, phase }] of changes.entries()) {
    const to = Math.max(at, changes[index + 1]?.at ?? duration)
    const last = bands.at(-1)
    if (last?.phase === phase) bands[bands.length - 1] = { ...last, to }
    else if (to > at) bands.push({ from: at, to, phase })
  }
  return bands
}

/** What a user's page shows at a time. */
export interface Shown {
  readonly state: ClientState
  /** Whether the page is open. */
  readonly isOpen: boolean
}

export function shownAt({ tabs }: Row, at: number): Shown {
  const tab = tabs.filter(({ startedAt }) => startedAt <= at).at(-1) ?? tabs[0]
  if (tab === undefined) return { state: initialState, isOpen: false }
  const state = tab.states.filter((each) => each.at <= at).at(-1)?.state ?? initialState
  return { state, isOpen: tab.endedAt === undefined || at < tab.endedAt }
}
