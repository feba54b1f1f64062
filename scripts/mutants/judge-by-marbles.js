import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../lib/run.js'
import { mutate } from './prepare.js'

/** Plenty: virtual time passes at once. It is for mutants that hang. */
const MOST_MS = 120_000
const TESTS = 'test/core/negotiation'
const child = fileURLToPath(new URL('marbles-child.js', import.meta.url))

/**
 * What the tests say, with `replacement` in the place of `file`, where there is one.
 *
 * @typedef {object} Outcome
 * @property {number} tests How many ran.
 * @property {readonly string[]} failed The names of those that failed.
 * @property {string} [problem] Why they could not run.
 */

/**
 * @param {string} [file]
 * @param {string} [replacement] Another file, which holds what stands in its place.
 * @returns {Promise<Outcome>}
 */
function runTests(file, replacement) {
  return new Promise((resolve) => {
    const mutation = file !== undefined && replacement !== undefined ? [file, replacement] : []
    const running = fork(child, [root, TESTS, ...mutation], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    /** @type {Outcome} */
    let outcome = { tests: 0, failed: [], problem: '' }
    let stderr = ''
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      running.kill('SIGKILL')
    }, MOST_MS)
    running.stderr?.on('data', (chunk) => (stderr += String(chunk)))
    running.on('message', (message) => (outcome = /** @type {Outcome} */ (message)))
    running.on('close', () => {
      clearTimeout(timer)
      // Tests that never come to their end have found the fault, too.
      if (isLate) outcome = { tests: 0, failed: [`they do not end within ${MOST_MS / 1000} s`] }
      else if (outcome.problem === '')
        outcome = { ...outcome, problem: stderr.trim().split('\n').slice(0, 8).join('\n') }
      resolve(outcome)
    })
  })
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
    if (problem !== undefined) return { is: 'no-program', how: problem }
    const [first, ...others] = failed
    if (first === undefined) return { is: 'survived', how: `${tests} tests` }
    return { is: 'caught', how: `by "${first}"${others.length > 0 ? ` and ${others.length} more` : ''}` }
  }
}
