import { ensureBuilt } from './lib/ensure-built.js'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { run } from './lib/run.js'

// What a page loads for a call, against the limits in .size-limit.js.

if (!(await ensureDependencies()) || !(await ensureBuilt())) process.exit(1)
process.exitCode = await run('npx', ['size-limit', ...process.argv.slice(2)])
