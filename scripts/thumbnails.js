import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'
import { root } from './lib/run.js'

// Draws the scenes that the lab starts with, each from its run, into docs/scenes/.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
/** @type {{ module: typeof import('./vite/aliases.ts') }} */
const { module: vite } = await runnerImport('./scripts/vite/aliases.ts', { configFile: false })
/** @type {{ module: typeof import('./thumbnails/thumbnails.ts') }} */
const { module } = await runnerImport('./scripts/thumbnails/thumbnails.ts', {
  configFile: false,
  logLevel: 'error',
  resolve: { alias: vite.aliases },
})
const folder = join(root, 'docs/scenes')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [name, svg] of module.thumbnails()) writeFileSync(join(folder, name), svg)
