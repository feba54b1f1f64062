import { Stryker } from '@stryker-mutator/core'
import { basename } from 'node:path'

/** The parts of the repository that the tests of the core need. */
const copied = ['/src', '/test', '/scripts', '/package.json', '/tsconfig.json']

/** @typedef {import('@stryker-mutator/api/core').MutantResult} MutantResult */

/**
 * Changes the files one place at a time, and runs the tests of their room each time. Prints the changes that no test
 * noticed. Rejects if the tests fail without a change.
 *
 * @param {import('./choose.js').Choice} choice
 * @param {object} options
 * @param {string} options.sandbox A folder for copies of the sources. The caller removes it.
 * @param {boolean} options.isForced Whether to run everything again, not only what has changed since the last run.
 * @returns {Promise<readonly MutantResult[]>}
 */
export async function mutate({ room: { folder }, files }, { sandbox, isForced }) {
  // For vitest.config.ts. StrykerJS has `testFiles` for it, but then activates mutants of constants only after these were computed.
  process.env.MUTATION_TESTS = `${folder.replace(/^src/, 'test')}/*.test.ts`
  const results = await new Stryker({
    mutate: [files],
    testRunner: 'vitest',
    // `related` looks through the imports of every test before each run. The first run already shows which tests reach
    // a mutant.
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    plugins: ['@stryker-mutator/vitest-runner'],
    coverageAnalysis: 'perTest',
    ignorePatterns: ['/*', ...copied.map((path) => `!${path}`)],
    // No compilation, because vitest erases the types.
    disableTypeChecks: false,
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: {
      allowColor: false,
      allowEmojis: false,
      logTests: false,
      reportTests: false,
      reportMutants: true,
      reportScoreTable: true,
      skipFull: true,
    },
    allowConsoleColors: false,
    logLevel: /** @type {any} */ ('warn'),
    concurrency: 2,
    // Virtual time passes at once. So only an endless loop takes this long, or a busy machine.
    timeoutMS: 15_000,
    tempDirName: sandbox,
    incremental: true,
    force: isForced,
    incrementalFile: `test-results/mutation/${folder.replaceAll('/', '-')}.json`,
  }).runMutationTest()
  return results.filter(({ fileName }) => files.endsWith('*.ts') || basename(fileName) === basename(files))
}
