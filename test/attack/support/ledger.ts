import type { Party } from 'rxcall'

/** Who has sent which messages. */
export interface Ledger {
  readonly note: (from: Party, message: unknown) => void
  /** Whether this party has sent this message, in whatever order its keys are. */
  readonly has: (from: Party, message: unknown) => boolean
}

export function createLedger(): Ledger {
  const entries = new Set<string>()
  const entry = (from: Party, message: unknown) => JSON.stringify([from, message], sortKeys)
  return {
    note: (from, message) => void entries.add(entry(from, message)),
    has: (from, message) => entries.has(entry(from, message)),
  }
}

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value
