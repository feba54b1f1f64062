import type { CallSummary } from './call-summaries.ts'
import type { CutReason } from '../relay-socket.ts'

/** An event of a relay. It never contains a secret or a session description. It contains an address only if configured. */
export type LogEntry =
  | { readonly event: 'connected'; readonly user: string; readonly address?: string }
  | { readonly event: 'disconnected'; readonly user: string; readonly reason: string }
  /** A connection that was refused, with the code that its client was sent; `gave-way`, `flood` or `unread` if it was sent none. */
  | { readonly event: 'refused'; readonly code: string; readonly address?: string }
  /** A connection that was cut off, because its client does not read or sends far too much. */
  | { readonly event: 'cut-off'; readonly user: string; readonly reason: CutReason }
  | ({ readonly event: 'call' } & CallSummary)
  /** Something that the relay needs did not work. */
  | { readonly event: 'failed'; readonly what: 'authentication' | 'counting'; readonly error: unknown }
  /** A setting that the operator may not have intended. */
  | { readonly event: 'warning'; readonly message: string }
  | { readonly event: 'draining'; readonly connections: number }
  /** News of the other relays that share its Redis. */
  | { readonly event: 'nodes'; readonly message: string }
  /** Entries of one kind that were counted instead of logged, because there were too many within a second. */
  | {
      readonly event: 'suppressed'
      readonly of: Repeatable
      readonly counts: Readonly<Record<string, number>>
    }
  /** Entries that were lost because the log could not be written. */
  | { readonly event: 'lost'; readonly lines: number; readonly problem: string }

/** The entries that strangers can cause as often as they like. */
export type Repeatable = 'refused' | 'cut-off' | 'failed'

const cutFor: Readonly<Record<CutReason, string>> = {
  unread: 'does not read',
  flood: 'sends far too much',
}

const manyOf: Readonly<Record<Repeatable, string>> = {
  refused: 'refused connections',
  'cut-off': 'cut off connections',
  failed: 'failures',
}

export type Log = (entry: LogEntry) => void

/** An error as text. Never throws, even if the error cannot be turned into text. */
export function problemOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error)
  } catch {
    return 'an error without a description'
  }
}

/**
 * An entry as a line for people.
 *
 * @example
 * createRelay({ port: 3000, log: (entry) => console.log(logLine(entry)) })
 */
export function logLine(entry: LogEntry): string {
  switch (entry.event) {
    case 'connected':
    case 'disconnected':
      return `${entry.event}: ${entry.user}`
    case 'refused':
      return `refused a connection: ${entry.code}`
    case 'cut-off':
      return `cut off, as it ${cutFor[entry.reason]}: ${entry.user}`
    case 'call':
      return `call ended: ${entry.outcome}`
    case 'failed':
      return `${entry.what} failed: ${problemOf(entry.error)}`
    case 'nodes':
    case 'warning':
      return entry.message
    case 'suppressed':
      return `more ${manyOf[entry.of]} in the last second: ${listOf(entry.counts)}`
    case 'lost':
      return `lost ${entry.lines} ${entry.lines === 1 ? 'line' : 'lines'} that could not be written: ${entry.problem}`
    case 'draining':
      return `stopping, with ${entry.connections} connections`
  }
}

const listOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([code, count]) => `${count} ${code}`)
    .join(', ')
