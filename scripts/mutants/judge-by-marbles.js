import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../lib/run.js'
import { askChild } from './ask-child.js'
import { mutate } from './prepare.js'

/** Plenty: virtual time passes at once. It is for mutants that hang. */
const MOST_MS = 120_000
const TESTS = 'test/core/negotiation'
const child = fileURLToPath(new URL('marbles-child.js', import.meta.url))

/**
 * What the tests say.
 *
 * @typedef {object} Outcome
 * @property {number} tests How many ran.
 * @property {readonly string[]} failed The names of those that failed.
 * @property {string} [problem] An error outside of them, or why they could not run.
 */

/**
 * Runs the tests, with `replacement` in the place of `file`, where there is one.
 *
 * @param {string} [file]
 * @param {string} [replacement] Another file, which holds what stands in its place.
 * @returns {Promise<Outcome>}
 */
async function runTests(file, replacement) {
  const mutation = file !== undefined && replacement !== undefined ? [file, replacement] : []
  /** @type {import('./ask-child.js').Answer<Outcome>} */
  const { told, isLate, stderr } = await askChild(child, [root, TESTS, ...mutation], { mostMs: MOST_MS })
  // Tests that never come to their end have found the fault, too.
  if (isLate) return { tests: 0, failed: [`they do not end within ${MOST_MS / 1000} s`] }
  return told ?? { tests: 0, failed: [], problem: stderr }
}

/**
 * Asks the marble tests of negotiation whether they notice a fault. Rejects where they do not pass without one.
 *
 * @type {import('./run-mutants.js').MakeJudge}
 */
export async function judgeByMarbles(folder) {
  const sound = await runTests()
  if (sound.problem !== undefined || sound.failed.length > 0)
    throw new Error(`the tests do not pass as it is: ${sound.problem ?? sound.failed.join(', ')}`)
  return async (mutant) => {
    const replacement = join(folder, `${mutant.name}.ts`)
    writeFileSync(replacement, mutate(mutant))
    const { failed, problem, tests } = await runTests(join(root, 'src/core', mutant.file), replacement)
    const [first, ...others] = failed
    if (first !== undefined)
      return { is: 'caught', how: `by "${first}"${others.length > 0 ? ` and ${others.length} more` : ''}` }
    return problem === undefined
      ? { is: 'survived', how: `${tests} tests` }
      : { is: 'no-program', how: problem }
  }
}
