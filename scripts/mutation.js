import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'
import { run } from './lib/run.js'

// Do the tests notice when an operator, a condition or a block of the core is changed? StrykerJS changes one at a time.
// Folders or files of src/core can be given. `--force` runs everything again, also what has not changed since the last run.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
// Copies of the sources go outside of the repository, where no other tool finds them.
const sandbox = mkdtempSync(join(tmpdir(), 'rxcall-mutation-'))
// In a terminal, Ctrl+C reaches the child as well. This process has to outlive it, to remove what it leaves behind.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined)
process.exitCode = await run(process.execPath, [
  'scripts/mutation/run-mutation.js',
  sandbox,
  ...process.argv.slice(2),
])
rmSync(sandbox, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
