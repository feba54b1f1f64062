import { logged, type CallLog, type LogItem } from '../../../src/inspect/index.ts'
import { play, type Role, type PlayOptions } from '../../../src/testing/index.ts'
import type { TraceEntry } from '../../../src/core/trace/index.ts'
import type { Marble, Timeline } from '../../../src/inspector/timeline.ts'

export const crossing = (entry: TraceEntry): LogItem => ({ type: 'crossing', entry })

export const logOf = (items: readonly LogItem[], startedAt = 0): CallLog => ({
  startedAt,
  items,
  isIncomplete: false,
})

/** Alice calls Bob at 30 ms, he accepts at 100 ms, and she hangs up at 400 ms. */
export const plainCall: Readonly<Record<string, Role>> = {
  alice: { does: { 30: { type: 'call', user: 'bob' }, 400: { type: 'hang-up' } } },
  bob: { does: { 100: { type: 'accept' } } },
}

/** The logs of a played call, in the order of its roles. */
export function playedLogs(roles = plainCall, options: PlayOptions = {}): readonly CallLog[] {
  const logs = Object.entries(roles).map(([user, role]) => ({ user, role, items: [] as LogItem[] }))
  const recorded = logs.map(
    ({ user, role, items }) => [user, { ...role, pipeline: logged((item) => items.push(item)) }] as const,
  )
  play(Object.fromEntries(recorded), options)
  return logs.map(({ items }) => logOf(items))
}

/** The only marble of a side with this label in this lane. */
export function marbleAt({ marbles }: Timeline, side: number, lane: string, label: string): Marble {
  const found = marbles.filter((each) => each.side === side && each.lane === lane && each.label === label)
  const [only] = found
  if (!only || found.length > 1) throw new Error(`${found.length} marbles are ${label} in ${lane}`)
  return only
}

/** The labels of a marble and of everything that it follows from, the latest first. */
export function causesOf(timeline: Timeline, marble: Marble): readonly string[] {
  const before = marble.cause === undefined ? undefined : timeline.marbles[marble.cause]
  return [marble.label, ...(before ? causesOf(timeline, before) : [])]
}
