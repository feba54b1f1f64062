import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { root } from '../lib/run.js'

/**
 * @typedef {object} Built
 * @property {string} page The folder of the page that holds the agents.
 * @property {string} node The agent for Node.js. Run it with the name of an adapter.
 * @property {typeof import('../../src/testing/conformance/index.ts')} kit
 * @property {() => void} remove
 */

const agents = fileURLToPath(new URL('agents', import.meta.url))
const shared = /** @type {const} */ ({
  configFile: false,
  root: agents,
  logLevel: 'error',
  // Resolved as by the compiler: `rxcall/…` means the sources.
  resolve: { tsconfigPaths: true },
})

/**
 * Builds the agents, and the cases, from the sources into a folder that `remove` deletes.
 *
 * @returns {Promise<Built>}
 */
export async function buildAgents() {
  const folder = mkdtempSync(join(tmpdir(), 'rxcall-conformance-'))
  // From here, the code that runs in Node.js finds the packages.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const [page, node] = [join(folder, 'page'), join(folder, 'node')]
  await build({ ...shared, base: './', build: { outDir: page, target: 'es2022' } })
  await build({
    ...shared,
    build: {
      ssr: true,
      outDir: node,
      rolldownOptions: {
        input: { agent: join(agents, 'node.ts'), kit: join(root, 'src/testing/conformance/index.ts') },
        output: { entryFileNames: '[name].mjs' },
      },
    },
  })
  /** @type {Built['kit']} */
  const kit = await import(pathToFileURL(join(node, 'kit.mjs')).href)
  return {
    page,
    node: join(node, 'agent.mjs'),
    kit,
    remove: () => rmSync(folder, { recursive: true }),
  }
}
