import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Checks that the simulator finds bugs. Puts each known bug into all clients, one at a time. Simulates calls until the
// invariant that the bug names is broken. The arguments are the bugs to run; without any, all of them.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const { runBugs } = await import('./bugs/run-bugs.js')
process.exitCode = await runBugs(process.argv.slice(2))
