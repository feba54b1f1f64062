import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Do the marble tests find what they are there to find? Puts each known fault into negotiation, which is theirs alone, one at a
// time, and runs them. Names of mutants can be given, to try these alone.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const { runMutants } = await import('./mutants/run-mutants.js')
const { judgeByMarbles } = await import('./mutants/judge-by-marbles.js')
const { negotiationMutants } = await import('./mutants/lists/negotiation.js')
process.exitCode = await runMutants(negotiationMutants, process.argv.slice(2), judgeByMarbles, 1)
