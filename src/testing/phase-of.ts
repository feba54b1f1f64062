import type { CallState, EndReason, Side } from '../core/index.ts'

type Progress = Extract<CallState, { phase: 'calling' }>['progress']

/** What {@link phaseOf} returns: `connected`, `calling:ringing`, `ended:hung-up:remote` and the like. */
export type PhaseName =
  Exclude<CallState['phase'], 'calling' | 'ended'> | `calling:${Progress}` | `ended:${EndReason}:${Side}`

/**
 * Names the phase of a call in one word. The progress of a call follows `calling`; the reason of the end and the side
 * that ended the call follow `ended`.
 *
 * @example
 * phaseOf({ phase: 'idle' }) // 'idle'
 */
export function phaseOf(call: CallState): PhaseName {
  if (call.phase === 'calling') return `calling:${call.progress}`
  if (call.phase === 'ended') return `ended:${call.reason}:${call.by}`
  return call.phase
}
