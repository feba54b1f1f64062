import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Does the simulator find what it is there to find? Puts each known fault into the core, one at a time, and simulates calls
// until an invariant breaks. Names of mutants can be given, to try these alone.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const { runMutants } = await import('./mutants/run-mutants.js')
process.exitCode = await runMutants(process.argv.slice(2))
