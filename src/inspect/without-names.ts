import type { TraceEntry } from '../core/trace/index.ts'

/**
 * Replaces each user name in a trace by `user-1`, `user-2` and so on, in order of appearance; also in the messages of
 * errors. The result can be replayed as before. Trace entries are not changed; new ones are returned.
 *
 * @example
 * const lines = withoutNames(entries).map((entry) => JSON.stringify(entry))
 */
export function withoutNames(entries: readonly TraceEntry[]): readonly TraceEntry[] {
  const names = new Map<string, string>()
  for (const entry of entries) collect(entry, names)
  if (names.size === 0) return entries
  // A longer name may contain a shorter one.
  const all = [...names.keys()].sort((a, b) => b.length - a.length).map(escaped)
  const anyName = new RegExp(`(^|[^\\p{L}\\p{N}_-])(${all.join('|')})(?![\\p{L}\\p{N}_-])`, 'gu')
  const inText = (text: string) =>
    text.replace(anyName, (_, before: string, name: string) => before + (names.get(name) ?? name))
  return entries.map((entry) => replaced(entry, names, inText) as TraceEntry)
}

/** Whether a property holds a name, or a list of names. */
const isName = (key: string): boolean => key === 'user'
const isList = (key: string): boolean => key === 'users' || key === 'roster' || key === 'spokenTo'

function collect(value: unknown, names: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) return
  const note = (name: unknown) => {
    if (typeof name === 'string' && name !== '' && !names.has(name)) names.set(name, `user-${names.size + 1}`)
  }
  for (const [key, each] of Object.entries(value)) {
    if (isName(key)) note(each)
    if (isList(key) && Array.isArray(each)) each.forEach(note)
    collect(each, names)
  }
}

function replaced(
  value: unknown,
  names: ReadonlyMap<string, string>,
  inText: (text: string) => string,
): unknown {
  if (Array.isArray(value)) return value.map((each) => replaced(each, names, inText))
  if (typeof value !== 'object' || value === null) return value
  const isError = 'thrown' in value || ('error' in value && 'message' in value)
  const standIn = (name: unknown) => (typeof name === 'string' ? (names.get(name) ?? name) : name)
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => {
      if (isName(key) && typeof each === 'string') return [key, standIn(each)]
      if (isList(key) && Array.isArray(each)) return [key, each.map(standIn)]
      if (isError && typeof each === 'string' && key !== 'error') return [key, inText(each)]
      return [key, replaced(each, names, inText)]
    }),
  )
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
