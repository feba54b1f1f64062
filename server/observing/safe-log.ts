import { problemOf, type Log, type LogEntry } from './log.ts'

/**
 * Makes a log that never throws. An entry is lost if `log` throws, or rejects if it is asynchronous. When it works again, it first
 * receives an entry with the number of lost ones.
 */
export function safeLog(log: (entry: LogEntry) => unknown): Log {
  let lost = 0
  let problem = ''
  const lose = (error: unknown) => {
    lost += 1
    problem = problemOf(error)
  }
  return (entry) => {
    try {
      if (lost > 0) {
        watch(log({ event: 'lost', lines: lost, problem }), lose)
        lost = 0
      }
      watch(log(entry), lose)
    } catch (error) {
      lose(error)
    }
  }
}

/** Passes the error of an asynchronous log to `lose`. Otherwise nothing handles it, and Node.js would end the process. */
function watch(result: unknown, lose: (error: unknown) => void): void {
  if (result instanceof Object && 'then' in result) Promise.resolve(result).catch(lose)
}
