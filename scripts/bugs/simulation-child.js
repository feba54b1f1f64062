import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// Simulates calls. The arguments are the folder of the code, the maximum number of calls, and optionally the name of a
// bug. Ends at the first violation of the invariant that the bug breaks; without a bug, at the first violation of any
// invariant. Sends its parent an Outcome after each batch.

// Nobody reads the stack of a simulated error, and capturing stacks takes much of the time.
Error.stackTraceLimit = 0

const [folder = '', most = '0', name] = process.argv.slice(2)
const BATCH = 2_000

/** @type {(file: string) => Promise<unknown>} */
const load = (file) => import(pathToFileURL(join(folder, file)).href)

const { simulate } = /** @type {typeof import('../../src/testing/simulator/simulate.ts')} */ (
  await load('src/testing/simulator/simulate.js')
)
const { bugs } = /** @type {typeof import('../../test/bugs/index.ts')} */ (await load('test/bugs/index.js'))
const bug = bugs.find((each) => each.name === name)

/** @type {import('./run-bugs.js').Outcome} */
let outcome = { calls: 0, others: [] }
for (let batch = 0; outcome.calls < Number(most) && !outcome.violation; batch++) {
  // Every third batch has a third client, which finds others busy and calls during their calls.
  const clients = batch % 3 === 2 ? 3 : 2
  const { calls, failures } = simulate({
    calls: BATCH,
    seed: 1 + batch,
    clients,
    maxFailures: 1,
    stages: bug?.stages ?? {},
  })
  const violation = failures[0]?.violation
  const isExpected = violation && (!bug || violation.invariant === bug.breaks)
  outcome = {
    calls: outcome.calls + calls,
    ...(isExpected && { violation }),
    others: [...new Set([...outcome.others, ...(violation && !isExpected ? [violation.invariant] : [])])],
  }
  process.send?.(outcome)
}
process.disconnect()
