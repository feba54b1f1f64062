import { defineConfig } from 'vitest/config'
import { aliases } from '../vite/aliases.ts'

/** The tests of one folder, in one worker that imports the core once. With a worker for each file a mutant takes several times as long. */
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    include: [process.env.MUTATION_TESTS ?? 'test/core/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    isolate: false,
  },
})
