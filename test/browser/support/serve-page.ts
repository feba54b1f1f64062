import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRelay } from 'rxcall-relay'
import { build } from 'vite'
import { root } from '../../../scripts/lib/run.js'
import { aliases } from '../../../scripts/vite/aliases.ts'

/** Builds the page in a folder of the repository, and serves it as the relay serves its demo: with the same policy. */
export async function servePage(folder: string) {
  const outDir = await mkdtemp(join(tmpdir(), 'rxcall-page-'))
  await build({
    configFile: false,
    root: join(root, folder),
    base: './',
    logLevel: 'warn',
    resolve: { alias: aliases },
    build: { outDir, emptyOutDir: true },
  })
  const relay = createRelay({ port: 0, host: 'localhost', demo: outDir })
  const { url } = await relay.listen()
  return {
    url,
    async stop() {
      await relay.close()
      await rm(outDir, { recursive: true })
    },
  }
}
