import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'
import { aliases } from './scripts/vite/aliases.ts'

interface Suite {
  readonly name: string
  /** Folders of test/. */
  readonly folders: readonly string[]
  /** Milliseconds that one test may take. */
  readonly timeout: number
  /** Whether test files may run side by side. */
  readonly parallel: boolean
  /** Whether its tests render components. */
  readonly components?: boolean
}

// In the order in which they run, one after the other: the quick ones first, and none disturbs another's timing.
const suites: readonly Suite[] = [
  {
    name: 'unit',
    folders: ['core', 'adapters', 'testing', 'ui', 'lint', 'scripts'],
    timeout: 20_000,
    parallel: true,
    components: true,
  },
  { name: 'relay', folders: ['relay'], timeout: 20_000, parallel: true },
  { name: 'integration', folders: ['integration', 'examples'], timeout: 60_000, parallel: false },
  { name: 'browser', folders: ['browser'], timeout: 120_000, parallel: false },
  { name: 'package', folders: ['package'], timeout: 180_000, parallel: false },
]

function project(
  { name, folders, timeout, parallel, components }: Suite,
  order: number,
): TestProjectConfiguration {
  return {
    plugins: components ? [svelte({ configFile: false })] : [],
    resolve: { alias: aliases },
    test: {
      name,
      include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
      environment: 'node',
      // A native WebRTC library cannot be loaded into several worker threads of one process.
      pool: 'forks',
      fileParallelism: parallel,
      sequence: { groupOrder: order },
      testTimeout: timeout,
      hookTimeout: timeout,
      retry: 0,
    },
  }
}

export default defineConfig({ test: { projects: suites.map(project) } })
