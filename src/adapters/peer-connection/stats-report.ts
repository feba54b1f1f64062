/** What `getStats` resolves with: an RTCStatsReport, or a recorded one as an array or a Map. */
export interface StatsReport {
  forEach(callback: (stats: unknown) => void): void
}

/** One dictionary of a report. Nothing about its members is certain, because every platform has its own. */
export type StatsEntry = Readonly<Record<string, unknown>>

/** The dictionaries of `report` that are objects, in its order. */
export function entriesOf(report: StatsReport): readonly StatsEntry[] {
  const entries: StatsEntry[] = []
  report.forEach((stats) => {
    if (typeof stats === 'object' && stats !== null) entries.push(stats as StatsEntry)
  })
  return entries
}

/** The member `name` of `entry`, if it is a finite number. */
export function numberIn(entry: StatsEntry | undefined, name: string): number | undefined {
  const value = entry?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The member `name` of `entry`, if it is a text. */
export function textIn(entry: StatsEntry | undefined, name: string): string | undefined {
  const value = entry?.[name]
  return typeof value === 'string' ? value : undefined
}

/** The entry whose id `entry` has as its member `name`. */
export function entryFor(
  entries: readonly StatsEntry[],
  entry: StatsEntry | undefined,
  name: string,
): StatsEntry | undefined {
  const id = textIn(entry, name)
  return id === undefined ? undefined : entries.find((each) => each['id'] === id)
}

/** Converts the platform's seconds to milliseconds. Drops what the floating point adds, such as 3.0000000000000004. */
export function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3
}

/** A copy of `members` without those that are undefined. */
export function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
