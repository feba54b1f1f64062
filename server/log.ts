import type { CallSummary } from './call-log.ts'
import type { CutReason } from './relay-socket.ts'

/** What happens at a relay. Nothing in it is a secret or a description; addresses are there only where they were asked for. */
export type LogEntry =
  | { readonly event: 'connected'; readonly user: string; readonly address?: string }
  | { readonly event: 'disconnected'; readonly user: string; readonly reason: string }
  /** A connection that was not let in, by the code that its client was told; `gave-way` where it was told nothing. */
  | { readonly event: 'refused'; readonly code: string; readonly address?: string }
  /** A connection that was ended, because its client does not read or sends far too much. */
  | { readonly event: 'cut-off'; readonly user: string; readonly reason: CutReason }
  | ({ readonly event: 'call' } & CallSummary)
  /** Something that the relay needs did not work. */
  | { readonly event: 'failed'; readonly what: 'authentication' | 'counting'; readonly error: unknown }
  /** What whoever runs the relay may not have meant. */
  | { readonly event: 'warning'; readonly message: string }
  | { readonly event: 'draining'; readonly connections: number }
  /** How it gets on with the other relays of its Redis. */
  | { readonly event: 'nodes'; readonly message: string }

const cutFor: Readonly<Record<CutReason, string>> = {
  unread: 'does not read',
  flood: 'sends far too much',
}

export type Log = (entry: LogEntry) => void

/** An entry as a line for people. */
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
      return `${entry.what} failed: ${String(entry.error)}`
    case 'nodes':
    case 'warning':
      return entry.message
    case 'draining':
      return `stopping, with ${entry.connections} connections`
  }
}
