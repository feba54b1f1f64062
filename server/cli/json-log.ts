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

/** Who comes and goes is a matter of users, and so below what is logged by default. */
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

/** The line that says that lines of the log are missing. */
export function lostLine(lines: number, problem: string): string {
  let line = ''
  writeEntry(
    jsonLogger('warn', (text) => (line = text)),
    { event: 'lost', lines, problem },
  )
  return line
}
