import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../lib/run.js'
import { askChild } from './ask-child.js'
import { mutate } from './prepare.js'

/** Plenty: virtual time passes at once. It is for mutants that hang. */
const MOST_MS = 120_000
const child = fileURLToPath(new URL('marbles-child.js', import.meta.url))

/**
 * What the tests say.
 *
 * @typedef {object} Outcome
 * @property {number} tests How many ran.
 * @property {readonly string[]} failed The names of those that failed.
 * @property {string} [problem] An error outside of them, or why they could not run.
 */

/** @type {(file: string) => string} The tests of a file of the core: its own, or else those of its folder. */
function testsOf(file) {
  const own = `test/core/${file.replace(/\.ts$/, '.test.ts')}`
  return existsSync(join(root, own)) ? own : `test/core/${dirname(file)}/*.test.ts`
}

/**
 * Runs the tests of `file`, with `replacement` in its place, where there is one.
 *
 * @param {string} file In src/core.
 * @param {string} [replacement] Another file, which holds what stands in its place.
 * @returns {Promise<Outcome>}
 */
async function runTests(file, replacement) {
  const mutation = replacement === undefined ? [] : [join(root, 'src/core', file), replacement]
  /** @type {import('./ask-child.js').Answer<Outcome>} */
  const { told, isLate, failure } = await askChild(child, [root, testsOf(file), ...mutation], {
    mostMs: MOST_MS,
  })
  // Tests that never come to their end have found the fault, too.
  if (isLate) return { tests: 0, failed: [`they do not end within ${MOST_MS / 1000} s`] }
  return told ?? { tests: 0, failed: [], problem: failure ?? 'nothing was told of the tests' }
}

/**
 * Asks the marble tests of a file whether they notice a fault in it. It rejects where they do not pass without one.
 *
 * @type {import('./run-mutants.js').MakeJudge}
 */
export function judgeByMarbles(folder) {
  /** @type {Map<string, Promise<Outcome>>} */
  const sound = new Map()
  return async (mutant) => {
    const tests = testsOf(mutant.file)
    const before = sound.get(tests) ?? runTests(mutant.file)
    sound.set(tests, before)
    const asItIs = await before
    if (asItIs.problem !== undefined || asItIs.failed.length > 0)
      throw new Error(`${tests} does not pass as it is: ${asItIs.problem ?? asItIs.failed.join(', ')}`)

    const replacement = join(folder, `${mutant.name}.ts`)
    writeFileSync(replacement, mutate(mutant))
    const { failed, problem, tests: ran } = await runTests(mutant.file, replacement)
    const [first, ...others] = failed
    if (first !== undefined)
      return { is: 'caught', how: `by "${first}"${others.length > 0 ? ` and ${others.length} more` : ''}` }
    return problem === undefined
      ? { is: 'survived', how: `${ran} tests` }
      : { is: 'no-program', how: problem }
  }
}
