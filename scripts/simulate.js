import { ensureBuilt } from './lib/ensure-built.js'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Simulates random calls with everything that can go wrong, in virtual time. A call that breaks an invariant is shrunk
// to the shortest one that does. It is then drawn as a marble diagram, and the exit code is 1.

requireNode()
if (!(await ensureDependencies()) || !(await ensureBuilt())) process.exit(1)
const { runSimulation } = await import('./simulate/run-simulation.js')
process.exitCode = await runSimulation(process.argv.slice(2))
