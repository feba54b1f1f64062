import { fileURLToPath } from 'node:url'
import { askChild } from './ask-child.js'
import { transpileAll, writeMutant } from './prepare.js'

/** Calls that each mutant gets to be caught in. */
const MOST_CALLS = 100_000
/** Calls that the core as it is has to pass first. */
const SOUND_CALLS = 10_000
/** Plenty: it is for mutants that hang, and the machine may be busy. */
const MOST_MS = 1_200_000
const child = fileURLToPath(new URL('simulation-child.js', import.meta.url))

/** @typedef {{ calls: number, violation?: string, problem?: string }} Outcome */

/**
 * Simulates with the core in `folder`, until an invariant breaks, or as long as it may.
 *
 * @param {string} folder
 * @param {number} calls
 * @returns {Promise<Outcome>}
 */
async function simulateWith(folder, calls) {
  // Worlds are short-lived: with room for many of them, few survive until a collection.
  const options = { mostMs: MOST_MS, execArgv: ['--max-semi-space-size=64'] }
  /** @type {import('./ask-child.js').Answer<Outcome>} */
  const { told = { calls: 0 }, isLate, failure } = await askChild(child, [folder, String(calls)], options)
  if (isLate) return { ...told, problem: `did not finish within ${MOST_MS / 1000} s` }
  // What rxjs reports of a broken core once the simulation is over is no news.
  return failure !== undefined && told.violation === undefined ? { ...told, problem: failure } : told
}

/**
 * Asks the simulator whether it notices a fault. Rejects if the unchanged core breaks an invariant.
 *
 * @type {import('./run-mutants.js').MakeJudge}
 */
export async function judgeBySimulation(folder) {
  const base = transpileAll(folder)
  const sound = await simulateWith(base, SOUND_CALLS)
  if (sound.violation !== undefined || sound.problem !== undefined)
    throw new Error(`the core as it is does not pass: ${sound.violation ?? sound.problem}`)
  return async (mutant) => {
    const { calls, violation, problem } = await simulateWith(writeMutant(folder, base, mutant), MOST_CALLS)
    if (violation !== undefined) return { is: 'caught', how: `after ${calls} calls by ${violation}` }
    if (problem !== undefined && calls === 0) return { is: 'no-program', how: problem }
    return { is: 'survived', how: `${calls} calls${problem === undefined ? '' : ` (${problem})`}` }
  }
}
