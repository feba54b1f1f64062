import { readFileSync, writeFileSync } from 'node:fs'
import { runnerImport } from 'vite'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Writes the generated parts of docs/architecture.md: the phases, the events, and the walks through a call.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
/** @type {{ module: typeof import('./architecture/document.ts') }} */
const { module } = await runnerImport('./scripts/architecture/document.ts', {
  configFile: false,
  logLevel: 'error',
})
const { architecture, readFacts, regenerated } = module
writeFileSync(architecture, await regenerated(readFileSync(architecture, 'utf8'), readFacts()))
