import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// Simulates calls with the core in the folder of the first argument, up to as many as the second says, and tells its
// parent how far it got: after each batch, and at the first broken invariant, with which it ends.

// Nobody reads the stack of a simulated error, and capturing stacks takes a good part of the time.
Error.stackTraceLimit = 0

const [folder = '', most = '0'] = process.argv.slice(2)
const BATCH = 2_000

/** @type {typeof import('../../src/testing/simulator/simulate.ts')} */
const { simulate } = await import(pathToFileURL(join(folder, 'src/testing/simulator/simulate.js')).href)

let calls = 0
for (let batch = 0; calls < Number(most); batch++) {
  // Every third batch has a third client, for busy and for calls from elsewhere.
  const result = simulate({ calls: BATCH, seed: 1 + batch, clients: batch % 3 === 2 ? 3 : 2, maxFailures: 1 })
  calls += result.calls
  const violation = result.failures[0]?.violation
  process.send?.({ calls, violation: violation && `${violation.invariant} (${violation.message})` })
  if (violation) break
}
process.disconnect()
