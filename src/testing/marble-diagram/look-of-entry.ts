import type { TraceEntry } from '../../core/trace/index.ts'
import type { Lane, Marble } from '../../inspect/timeline.ts'
import { signalOf, type LaneName } from './signals.ts'

/** How an event is drawn. */
export type Look = Pick<Marble, 'lane' | 'label' | 'isError'>

/** The lane of each lane of a text diagram, which has fewer kinds of events. */
const laneOf: Readonly<Record<LaneName, Lane>> = {
  actions: 'actions',
  relay: 'relay in',
  sent: 'relay out',
  received: 'relay in',
  media: 'media',
  peer: 'peer in',
  commands: 'peer out',
  state: 'phase',
  chat: 'facts',
  errors: 'facts',
}

/** No label is longer. A stranger may choose a part of it. */
export const MAX_LABEL = 60

/** How a crossing is drawn; undefined for one without a marble, such as an id. */
export function lookOfEntry(entry: TraceEntry): Look | undefined {
  try {
    return readableEntry(entry)
  } catch {
    // What another tab posts was checked only in its shape.
    return { lane: 'facts', label: 'unreadable', isError: true }
  }
}

function readableEntry(entry: TraceEntry): Look | undefined {
  switch (entry.type) {
    case 'timer-set':
      return look('timers', `set ${duration(entry.ms)}`)
    case 'timer-ran':
      return look('timers', 'fires')
    case 'timer-cleared':
      return look('timers', 'cleared')
    case 'signaling-opened':
      return look('relay out', 'connect')
    case 'signaling-closed':
      return look('relay out', 'disconnect')
    case 'peers-unavailable':
      return look('peer in', entry.error.error, true)
    case 'caller-judged':
      return look('facts', 'caller judged', entry.error !== undefined)
    case 'unsubscribed':
      return look('actions', 'unsubscribed')
    case 'checkpoint':
      return look('facts', 'recording begins')
    case 'ended':
      return look('facts', entry.error ? 'failed' : 'complete', entry.error !== undefined)
  }
  const signal = signalOf(entry)
  return signal && look(laneOf[signal.lane], signal.label, hasFailed(entry))
}

/** A look with a label that is short enough. */
export function look(lane: Lane, label: string, isError = false): Look {
  const short = label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL - 1)}…` : label
  return { lane, label: short, ...(isError && { isError }) }
}

function hasFailed(entry: TraceEntry): boolean {
  if ('error' in entry) return true
  if ('event' in entry) return 'error' in entry.event
  return entry.type === 'state' && entry.state.call?.phase === 'ended' && 'error' in entry.state.call
}

/** `34 ms`, `1.5 s` or `2:05 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Number(ms.toFixed(ms < 10 ? 1 : 0))} ms`
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(ms < 10_000 ? 2 : 1))} s`
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`
}
