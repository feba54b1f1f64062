import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

// Runs a module of the repository in this process, as `node` would. It uses the sources of the package instead of the
// build: node run-module.js FILE [ARGUMENT…]

const file = String(process.argv.splice(2, 1)[0])
const aliasesFile = fileURLToPath(new URL('../../../scripts/vite/aliases.ts', import.meta.url))
/** @type {{ module: typeof import('../../../scripts/vite/aliases.ts') }} */
const { module } = await runnerImport(aliasesFile, { configFile: false, logLevel: 'error' })
await runnerImport(file, { configFile: false, logLevel: 'error', resolve: { alias: module.aliases } })
