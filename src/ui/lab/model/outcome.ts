import type { Scene, SceneRun } from 'rxcall/testing'
import { phaseInWords } from '../../text/phase.ts'
import { timeInWords } from '../text/time.ts'
import { rowsOf, shownAt, type Row } from './rows.ts'

/** Describes in one sentence how a run went. */
export function outcomeInWords(scene: Scene, run: SceneRun): string {
  if (run.violation !== undefined) return `${run.violation.invariant} is broken: ${run.violation.message}`
  const rows = rowsOf(scene, run)
  const connections = rows.flatMap((row) => connectionOf(row))
  const [first] = [...connections].sort((a, b) => a.at - b.at)
  if (first !== undefined) return `${first.names} connect after ${timeInWords(first.at - first.since)}`
  const ends = rows.map((row) => `${row.name}: ${endOf(row, run.duration)}`)
  return `nobody connects; ${ends.join('; ')}`
}

interface Connection {
  readonly names: string
  readonly since: number
  readonly at: number
}

/** When a caller's call first connected, and how long that took since the call began. */
function connectionOf({ name, tabs }: Row): readonly Connection[] {
  for (const { states } of tabs) {
    const connected = states.find(({ state }) => state.call.phase === 'connected')
    if (connected?.state.call.phase !== 'connected' || connected.state.call.role !== 'caller') continue
    const { callId, remote } = connected.state.call
    const begun = states.find(({ state }) => 'callId' in state.call && state.call.callId === callId)
    return [{ names: `${name} and ${remote.user}`, since: begun?.at ?? 0, at: connected.at }]
  }
  return []
}

function endOf(row: Row, at: number): string {
  const { state, isOpen } = shownAt(row, at)
  return isOpen ? phaseInWords(state.call, state.recovery) : 'tab closed'
}
