import { problemOf, type Log, type LogEntry } from './log.ts'

/**
 * A log that never throws. Entries at which `log` throws, or rejects if it is asynchronous, are lost. As soon as it works
 * again, it first gets an entry that says how many were.
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

/** Hands the error of an asynchronous log to `lose`: nobody else handles it, and Node would end the process. */
function watch(result: unknown, lose: (error: unknown) => void): void {
  if (result instanceof Object && 'then' in result) Promise.resolve(result).catch(lose)
}
