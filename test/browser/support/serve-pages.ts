import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import { createRelay } from 'rxcall-relay'
import { build, preview } from 'vite'
import { root } from '../../../scripts/lib/run.js'
import { aliases } from '../../../scripts/vite/aliases.ts'

/** Builds pages in a folder of the repository, by their names. Serves each at its own path, with a relay. */
export async function servePages(folder: string, names: readonly string[]) {
  const outDir = await mkdtemp(join(tmpdir(), 'rxcall-pages-'))
  const config = {
    configFile: false,
    root: join(root, folder),
    logLevel: 'warn',
    resolve: { alias: aliases },
  } as const
  await build({
    ...config,
    plugins: [svelte({ configFile: false }), vue()],
    build: {
      outDir,
      emptyOutDir: true,
      rolldownOptions: { input: names.map((name) => join(root, folder, name, 'index.html')) },
    },
  })
  const server = await preview({ ...config, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } })
  const relay = createRelay({ hosts: [] })
  relay.attach(server.httpServer)
  const { port } = server.httpServer.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await relay.close()
      await server.close()
      await rm(outDir, { recursive: true })
    },
  }
}
