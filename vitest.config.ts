import { availableParallelism } from 'node:os'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'
import { suites, type Suite } from './scripts/lib/suites.js'
import { aliases } from './scripts/vite/aliases.ts'

function project(
  { name, folders, timeout, parallel, shared = false, page = false, browsers = false, packed = false }: Suite,
  order: number,
): TestProjectConfiguration {
  return {
    plugins: page || folders.includes('ui') ? [svelte({ configFile: false })] : [],
    resolve: { alias: aliases, ...(page && { conditions: ['browser'] }) },
    test: {
      name,
      include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
      environment: page ? 'happy-dom' : 'node',
      globalSetup: [
        ...(browsers ? ['test/browser/support/shared-browsers.ts'] : []),
        ...(packed ? ['test/package/support/pack-once.ts'] : []),
      ],
      // A native WebRTC library cannot be loaded into several worker threads of one process.
      pool: 'forks',
      isolate: !shared,
      // vitest leaves one core to itself, which has little to do while tests run: on two cores, nothing would run side by side.
      ...(parallel ? { maxWorkers: availableParallelism() } : { fileParallelism: false }),
      sequence: { groupOrder: order },
      testTimeout: timeout,
      hookTimeout: timeout,
      retry: 0,
    },
  }
}

export default defineConfig({ test: { projects: suites.map(project) } })
