#!/usr/bin/env node
import { lostLine } from './json-log.ts'
import { lineOutput } from './line-output.ts'
import { logLine } from '../observing/log.ts'
import { runCli } from './run-cli.ts'

const stop = new AbortController()
const drain = new AbortController()
process.on('SIGINT', () => stop.abort())
process.once('SIGTERM', () => {
  // The second signal stops at once.
  process.on('SIGTERM', () => stop.abort())
  drain.abort()
})

process.exitCode = await runCli(process.argv.slice(2), process.env, {
  out: lineOutput(process.stdout, (lines, problem) => logLine({ event: 'lost', lines, problem })),
  err: lineOutput(process.stderr, lostLine),
  stop: stop.signal,
  drain: drain.signal,
})
// Engine.IO waits half a minute for the next poll of an ended session. That would keep the process alive.
if (stop.signal.aborted || drain.signal.aborted) process.exit()
