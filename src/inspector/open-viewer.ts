import { newLogName, shareLog, type WatchedLog } from './shared-log.ts'

/** The logs that are shared with other tabs, and their names. They stay shared until the page is left. */
const shared = new WeakMap<WatchedLog, string>()

/**
 * Shares these logs, and opens the page `viewer` in another tab to watch them. Needs a click, because browsers block it
 * otherwise.
 */
export function openViewer(viewer: string, watched: readonly WatchedLog[]): void {
  open(`${viewer}#watch=${watched.map(nameOf).join(',')}`, '_blank', 'noopener')
}

/** The name under which a log is shared. Shares it, unless it is shared already. */
function nameOf(watched: WatchedLog): string {
  const known = shared.get(watched)
  if (known !== undefined) return known
  const name = newLogName()
  shareLog(watched, name)
  shared.set(watched, name)
  return name
}
