import type { CallLog, LogChange, LogItem } from '../inspect/index.ts'
import { isTraceEntry } from '../testing/replay/parse-trace.ts'
import { isRecord } from './labels.ts'

/** What tabs post to each other: a viewer's hello, and changes of the shared log. */
export type Posted = { readonly type: 'hello' } | { readonly type: 'change'; readonly change: LogChange }

/** More than a log can keep. */
const MAX_ITEMS = 50_000
/** The values in an item, and the characters in it. Both are far beyond the largest message. */
const MAX_VALUES = 20_000
const MAX_CHARACTERS = 1_000_000
const MAX_DEPTH = 32
/** Characters in all items of a log together: some times the log's own limit. */
const MAX_TOTAL = 8_000_000

export const isHello = (posted: unknown): boolean => isRecord(posted) && posted.type === 'hello'

/**
 * Returns a function that reads what was posted, and returns undefined for anything but a change of a log. Items are
 * accepted only after a log, and only until the limits are reached.
 */
export function readLogChange(): (posted: unknown) => LogChange | undefined {
  let [items, characters] = [Infinity, Infinity]
  const fits = (size: number | undefined): boolean => {
    if (size === undefined || items >= MAX_ITEMS || characters + size > MAX_TOTAL) return false
    items++
    characters += size
    return true
  }
  return (posted) => {
    if (!isRecord(posted) || posted.type !== 'change' || !isRecord(posted.change)) return undefined
    const { type, log, item } = posted.change
    if (type === 'item') return isItem(item) && fits(sizeOf(item)) ? { type, item } : undefined
    if (type !== 'log' || !isLog(log)) return undefined
    items = characters = 0
    if (log.items.every((each) => isItem(each) && fits(sizeOf(each))))
      return { type, log: log as unknown as CallLog }
    items = characters = Infinity
    return undefined
  }
}

function isLog(log: unknown): log is { readonly items: readonly unknown[] } {
  return (
    isRecord(log) &&
    isTime(log.startedAt) &&
    typeof log.isIncomplete === 'boolean' &&
    Array.isArray(log.items) &&
    log.items.length <= MAX_ITEMS
  )
}

/** Whether this may be milliseconds, of a log or since 1970. */
const isTime = (at: unknown): boolean => typeof at === 'number' && Math.abs(at) < 1e14

function isItem(item: unknown): item is LogItem {
  if (!isRecord(item)) return false
  if (item.type === 'crossing') return isTraceEntry(item.entry) && isTime(item.entry.at)
  const { type, at, number, cause, stage, event } = item
  return (
    type === 'step' &&
    isTime(at) &&
    Number.isFinite(number) &&
    (cause === undefined || Number.isFinite(cause)) &&
    (stage === undefined || typeof stage === 'string') &&
    isRecord(event) &&
    typeof event.type === 'string'
  )
}

/** Counts the characters of plain data; undefined if it is too large, too deep, or not plain data. */
function sizeOf(root: unknown): number | undefined {
  let [values, characters] = [0, 0]
  const isPlain = (value: unknown, depth: number): boolean => {
    characters += typeof value === 'string' ? value.length : 8
    if (++values > MAX_VALUES || characters > MAX_CHARACTERS || depth > MAX_DEPTH) return false
    if (Array.isArray(value)) return value.every((each) => isPlain(each, depth + 1))
    if (isRecord(value)) {
      const prototype: unknown = Object.getPrototypeOf(value)
      for (const key of Object.keys(value)) characters += key.length
      return prototype === Object.prototype && Object.values(value).every((each) => isPlain(each, depth + 1))
    }
    return typeof value !== 'bigint'
  }
  return isPlain(root, 0) ? characters : undefined
}
