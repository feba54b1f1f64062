import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll } from 'vitest'
import { root } from '../../../scripts/lib/run.js'
import { aliases } from '../../../scripts/vite/aliases.ts'

/** Builds a program on the sources of the package before the tests of this file, so that it starts quickly; gives its path. */
export function builtProgram(source: string): () => string {
  let folder = ''
  beforeAll(async () => {
    // Below node_modules, so that it finds the packages there.
    const cache = join(root, 'node_modules', '.cache')
    mkdirSync(cache, { recursive: true })
    folder = mkdtempSync(join(cache, 'rxcall-program-'))
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { alias: aliases },
      build: {
        ssr: source,
        outDir: folder,
        rolldownOptions: { output: { entryFileNames: 'program.mjs' } },
      },
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return () => join(folder, 'program.mjs')
}
