import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Does the simulator find what it is there to find? Puts each known bug into all clients, one at a time, and simulates calls until the
// invariant breaks that it names. Names of bugs can be given, to run these alone.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const { runBugs } = await import('./bugs/run-bugs.js')
process.exitCode = await runBugs(process.argv.slice(2))
