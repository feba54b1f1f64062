import type { Writable } from 'node:stream'
import { problemOf } from '../observing/log.ts'

/** Bytes that may be queued for a reader that stalls. */
const MAX_WAITING = 1024 * 1024

/**
 * Writes lines to an output that may fail: a full disk, a closed pipe, a reader that stalls. Never throws, and no error ends the
 * process. Lines that cannot be written are lost. Before the next line that is written, `lostLine` reports how many and why.
 */
export function lineOutput(
  stream: Writable,
  lostLine: (lines: number, problem: string) => string,
): (line: string) => void {
  let lost = 0
  let problem = ''

  const send = (text: string, lines: number) => {
    stream.write(text, (error) => {
      if (!error) return
      lost += lines
      problem = problemOf(error)
    })
  }
  /** The text before the next line. */
  const report = () => {
    if (lost === 0) return ''
    const text = lostLine(lost, problem)
    lost = 0
    // The line before may have been cut.
    return `\n${text}\n`
  }

  // The callback of each write handles the error; without a listener it would still end the process.
  stream.on('error', () => undefined)
  stream.on('drain', () => {
    const missing = lost
    if (missing > 0) send(report(), missing)
  })

  return (line) => {
    if (stream.writableLength > MAX_WAITING) {
      lost += 1
      problem = 'it is not read'
      return
    }
    const missing = lost
    send(`${report()}${line}\n`, missing + 1)
  }
}
