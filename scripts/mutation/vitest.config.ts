import { defineConfig } from 'vitest/config'
import { aliases } from '../vite/aliases.ts'

/**
 * Runs the tests of one folder in one worker, which imports the core once. A worker for each file takes several times
 * as long.
 */
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    include: [process.env.MUTATION_TESTS ?? 'test/core/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    isolate: false,
  },
})
