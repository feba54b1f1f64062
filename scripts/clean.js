import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/run.js'

// Removes the folders it is given, so that a build leaves nothing of a source that is gone.
for (const folder of process.argv.slice(2)) rmSync(join(root, folder), { recursive: true, force: true })
