import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'
import { run } from './lib/run.js'

// Checks that the tests notice changes of the core. StrykerJS changes one operator, condition or block at a time. The
// arguments are folders or files of src/core. `--force` repeats mutants that have not changed since the last run.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
// Copies the sources to a folder outside the repository, where no other tool finds them.
const sandbox = mkdtempSync(join(tmpdir(), 'rxcall-mutation-'))
// In a terminal, Ctrl+C reaches the child as well. This process has to outlive the child, to remove its files.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined)
process.exitCode = await run(process.execPath, [
  'scripts/mutation/run-mutation.js',
  sandbox,
  ...process.argv.slice(2),
])
rmSync(sandbox, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
