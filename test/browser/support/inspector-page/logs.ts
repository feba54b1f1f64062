import { logged, type CallLog, type LogItem } from 'rxcall/inspect'
import { play, type Role } from 'rxcall/testing'

const plainCall: Readonly<Record<string, Role>> = {
  alice: { does: { 30: { type: 'call', user: 'bob' }, 4_000: { type: 'hang-up' } } },
  bob: { does: { 900: { type: 'accept' } } },
}

/** The logs of both sides of a call that was played in virtual time. */
export function playedLogs(roles = plainCall): CallLog[] {
  const logs = Object.entries(roles).map(([user, role]) => ({ user, role, items: [] as LogItem[] }))
  play(
    Object.fromEntries(
      logs.map(({ user, role, items }) => [user, { ...role, pipeline: logged((item) => items.push(item)) }]),
    ),
  )
  return logs.map(({ items }) => ({ startedAt: 0, items, isIncomplete: false }))
}

/** The same, one after the other, until there are at least `count` items in each log. */
export function manyLogs(count: number): CallLog[] {
  const logs = playedLogs()
  const span = 5_000
  return logs.map((log) => {
    const items = Array.from({ length: Math.ceil(count / log.items.length) }, (_, round) =>
      log.items.map((item) => later(item, round * span)),
    )
    return { ...log, items: items.flat() }
  })
}

const later = (item: LogItem, ms: number): LogItem =>
  item.type === 'step'
    ? { ...item, at: item.at + ms }
    : { ...item, entry: { ...item.entry, at: item.entry.at + ms } }
