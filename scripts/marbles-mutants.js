import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Do the marble tests find what they are there to find? Puts each known fault into the core, one at a time, and runs the tests of
// that file: of negotiation, which is theirs alone, and of what the simulator hardly ever meets. Names of mutants can be given,
// to try these alone.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const { runMutants } = await import('./mutants/run-mutants.js')
const { judgeByMarbles } = await import('./mutants/judge-by-marbles.js')
const { marbleMutants } = await import('./mutants/mutants.js')
process.exitCode = await runMutants(marbleMutants, process.argv.slice(2), judgeByMarbles, 1)
