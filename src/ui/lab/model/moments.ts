import type { Scene, SceneRun } from 'rxcall/testing'

/** Every time at which something happens in a run, ascending and each once, in milliseconds. */
export function momentsOf({ scenario }: Scene, run: SceneRun): readonly number[] {
  const times = [
    0,
    ...scenario.timeline.map(({ at }) => at),
    ...run.messages.flatMap(({ sentAt, arrivesAt }) => [sentAt, ...arrivesAt]),
    ...run.clients.flatMap(({ startedAt, endedAt, states }) => [
      startedAt,
      ...(endedAt === undefined ? [] : [endedAt]),
      ...phaseChanges(states),
    ]),
    ...(run.violation === undefined ? [] : [run.violation.at]),
  ]
  return [...new Set(times)].sort((a, b) => a - b)
}

function phaseChanges(states: SceneRun['clients'][number]['states']): readonly number[] {
  return states
    .filter(({ state }, index) => state.call.phase !== states[index - 1]?.state.call.phase)
    .map(({ at }) => at)
}

/** The last moment before `at`; 0 if there is none. */
export function momentBefore(moments: readonly number[], at: number): number {
  return moments.filter((each) => each < at).at(-1) ?? 0
}

/** The first moment after `at`, or `at` if there is none. */
export function momentAfter(moments: readonly number[], at: number): number {
  return moments.find((each) => each > at) ?? at
}
