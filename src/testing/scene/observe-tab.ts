import { initialState } from '../../core/stages/index.ts'
import { logged, type LogItem } from '../../inspect/index.ts'
import { phaseOf } from '../phase-of.ts'
import type { PhaseChange } from '../play.ts'
import type { OpenedTab, TabObserver } from '../simulator/world-observer.ts'
import type { SceneClient, StateChange } from './scene-run.ts'

/** Keeps everything that one tab does. `seen` returns it. */
export function observeTab({
  client,
  self,
  at: startedAt,
}: OpenedTab): TabObserver & { seen(): SceneClient } {
  const items: LogItem[] = []
  const states: StateChange[] = [{ at: startedAt, state: initialState }]
  const phases: PhaseChange[] = [{ at: startedAt, phase: 'idle' }]
  let logStartedAt = startedAt
  let endedAt: number | undefined
  return {
    pipeline: logged(
      (item) => {
        if (item.type === 'crossing' && item.entry.type === 'trace') logStartedAt = item.entry.startedAt
        items.push(item)
      },
      { texts: true },
    ),
    changed(state, at) {
      states.push({ at, state })
      const phase = phaseOf(state.call)
      if (phase !== phases.at(-1)?.phase) phases.push({ at, phase })
    },
    closed(at) {
      endedAt ??= at
    },
    seen: () => ({
      client,
      user: self.user,
      party: self.party,
      startedAt,
      ...(endedAt !== undefined && { endedAt }),
      log: { startedAt: logStartedAt, items, isIncomplete: false },
      states,
      phases,
    }),
  }
}
