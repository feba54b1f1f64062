#!/usr/bin/env node
// @ts-check
import { parseArgs } from 'node:util'
import { distinctUntilChanged, map } from 'rxjs'
import { startEcho } from './start-echo.js'

const usage = `Usage: node examples/echo/echo.js [--url http://localhost:3000] [--name Echo]

Answers every call at once, and sends the caller's own sound, picture and text back.`

/** @returns {{ url: string, name: string, help: boolean }} */
function readOptions() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://localhost:3000' },
      name: { type: 'string', default: 'Echo' },
      help: { type: 'boolean', default: false },
    },
  })
  if (!/^https?:/.test(values.url) || !URL.canParse(values.url))
    throw new Error(`${values.url} is not an http(s) address`)
  return values
}

/** @param {unknown} thrown */
function fail(thrown) {
  console.error(`echo: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  process.exit(1)
}

/** @param {{ url: string, name: string }} options */
function run({ url, name }) {
  const echo = startEcho({ url, name })

  /** @param {import('rxcall').ConnectionState} connection */
  const describe = (connection) => {
    if (connection.status === 'online') return `online as ${connection.self.user} at ${url}`
    return 'error' in connection ? `waiting for the relay: ${connection.error.message}` : null
  }

  echo.connection$.subscribe((connection) => {
    if (connection.status === 'refused') fail(connection.error)
  })
  echo.connection$.pipe(map(describe), distinctUntilChanged()).subscribe((line) => {
    if (line !== null) console.log(line)
  })
  echo.state$.subscribe((state) => {
    if (state.phase === 'connected') console.log(`in a call with ${state.remote.user}`)
    if (state.phase === 'ended') console.log(`the call with ${state.remote.user} ended: ${state.reason}`)
  })

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => echo.close())
  // Everything is closed by now. Without `exit`, @roamhq/wrtc 0.10 crashes while Node cleans up its tracks.
  process.once('beforeExit', () => process.exit())
}

try {
  const options = readOptions()
  if (options.help) console.log(usage)
  else run(options)
} catch (thrown) {
  fail(thrown)
}
