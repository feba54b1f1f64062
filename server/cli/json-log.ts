import { pino, type Level, type LevelWithSilent, type Logger } from 'pino'
import { logLine, type LogEntry } from '../observing/log.ts'

export const LOG_LEVELS: readonly LevelWithSilent[] = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
]

/** Connects and disconnects concern users, so they are below the default level. */
const LEVELS: Readonly<Record<Exclude<LogEntry['event'], 'suppressed'>, Level>> = {
  connected: 'debug',
  disconnected: 'debug',
  refused: 'info',
  call: 'info',
  draining: 'info',
  nodes: 'warn',
  warning: 'warn',
  lost: 'warn',
  'cut-off': 'warn',
  failed: 'error',
}

/** Logs as JSON, one entry a line. */
export function jsonLogger(level: LevelWithSilent, write: (line: string) => void): Logger {
  return pino({ level, base: null }, { write: (text) => write(text.trimEnd()) })
}

export function writeEntry(logger: Logger, entry: LogEntry): void {
  const fields = entry.event === 'failed' ? { event: entry.event, what: entry.what, err: entry.error } : entry
  logger[LEVELS[entry.event === 'suppressed' ? entry.of : entry.event]](fields, logLine(entry))
}

/** The line that reports lost lines of the log. */
export function lostLine(lines: number, problem: string): string {
  let line = ''
  writeEntry(
    jsonLogger('warn', (text) => (line = text)),
    { event: 'lost', lines, problem },
  )
  return line
}
