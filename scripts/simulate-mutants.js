import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Does the simulator find what it is there to find? Puts each known fault into the core, one at a time, and simulates calls
// until an invariant breaks. Names of mutants can be given, to try these alone.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const { runMutants } = await import('./mutants/run-mutants.js')
const { judgeBySimulation } = await import('./mutants/judge-by-simulation.js')
const { mutants } = await import('./mutants/mutants.js')
process.exitCode = await runMutants(mutants, process.argv.slice(2), judgeBySimulation, 0.95)
