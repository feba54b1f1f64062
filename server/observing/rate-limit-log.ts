import type { Log, LogEntry, Repeatable } from './log.ts'

/** Entries of one kind that are logged one by one within a second. */
export const LINES_PER_SECOND = 20

export interface RateLimitedLog {
  readonly log: Log
  /** Logs the counted entries at once. */
  readonly flush: () => void
}

/**
 * Limits the entries that strangers can cause. Of each kind, at most {@link LINES_PER_SECOND} in any second are logged. The others are
 * counted, and logged together once a second as `suppressed`. All other entries pass.
 */
export function rateLimitLog(log: Log): RateLimitedLog {
  const kinds = {
    refused: rateLimitKind('refused', log),
    'cut-off': rateLimitKind('cut-off', log),
    failed: rateLimitKind('failed', log),
  }
  return {
    log(entry) {
      const code = codeOf(entry)
      if (code === undefined) log(entry)
      else kinds[entry.event as Repeatable].add(entry, code)
    },
    flush() {
      for (const kind of Object.values(kinds)) kind.flush()
    },
  }
}

/** What an entry is counted by; undefined if strangers cannot cause it at will. */
function codeOf(entry: LogEntry): string | undefined {
  switch (entry.event) {
    case 'refused':
      return entry.code
    case 'cut-off':
      return entry.reason
    case 'failed':
      return entry.what
    default:
      return undefined
  }
}

function rateLimitKind(of: Repeatable, log: Log) {
  /** When the latest lines were logged, in a ring. */
  const lines: number[] = []
  let next = 0
  const counts = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (counts.size === 0) return
    const byCode = Object.fromEntries(counts)
    counts.clear()
    log({ event: 'suppressed', of, counts: byCode })
  }

  return {
    flush,
    add(entry: LogEntry, code: string) {
      const now = performance.now()
      if (now - (lines[next] ?? -Infinity) >= 1000) {
        lines[next] = now
        next = (next + 1) % LINES_PER_SECOND
        log(entry)
        return
      }
      counts.set(code, (counts.get(code) ?? 0) + 1)
      timer ??= setTimeout(flush, 1000).unref()
    },
  }
}
