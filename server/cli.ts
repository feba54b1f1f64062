#!/usr/bin/env node
import { runCli } from './run-cli.ts'

const stop = new AbortController()
const drain = new AbortController()
process.on('SIGINT', () => stop.abort())
process.once('SIGTERM', () => {
  // Whoever asks twice is in a hurry.
  process.on('SIGTERM', () => stop.abort())
  drain.abort()
})

process.exitCode = await runCli(process.argv.slice(2), process.env, {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  stop: stop.signal,
  drain: drain.signal,
})
// Engine.IO waits for half a minute for the next poll of a session that has ended, and would keep the process for it.
if (stop.signal.aborted || drain.signal.aborted) process.exit()
