import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { askChild } from './ask-child.js'
import { transpile } from './transpile.js'

/**
 * What a simulation has found so far.
 *
 * @typedef {object} Outcome
 * @property {number} calls The number of simulated calls.
 * @property {{ invariant: string, message: string }} [violation] The expected violation.
 * @property {string[]} others The other invariants that broke.
 * @property {string} [problem] Why it did not finish.
 */

/** @typedef {import('../../test/bugs/bug.ts').Bug} Bug */

/** The calls that are simulated with each bug. */
const MOST_CALLS = 100_000
/** The calls that the core without a bug has to pass first. */
const SOUND_CALLS = 10_000
/** The time limit for a bug that hangs. It is long, because the machine may be busy. */
const MOST_MS = 3_600_000
const child = fileURLToPath(new URL('simulation-child.js', import.meta.url))

/**
 * Simulates calls with each bug, two bugs at a time, until the invariant that the bug names is broken. Prints how many
 * calls that took, and in the last line how many bugs were caught.
 *
 * @param {readonly string[]} names The bugs to run; an empty list means all of them.
 * @returns {Promise<number>} The exit code: 1 if a name is unknown, if a bug was not caught, or if no bug broke an
 *   invariant. Rejects if the core without a bug breaks one.
 */
export async function runBugs(names) {
  const folder = mkdtempSync(join(tmpdir(), 'rxcall-bugs-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
  transpile(folder)
  const { bugs, invariants } = await load(folder)
  const unknown = names.find((name) => bugs.every((bug) => bug.name !== name))
  if (unknown !== undefined) {
    console.error(`unknown bug: ${unknown}`)
    return 1
  }
  const sound = await simulateWith(folder, SOUND_CALLS)
  if (sound.violation || sound.problem !== undefined)
    throw new Error(`the core fails even without a bug: ${sound.violation?.message ?? sound.problem}`)

  const chosen = names.length > 0 ? bugs.filter(({ name }) => names.includes(name)) : bugs
  const queue = [...chosen]
  /** @type {Bug[]} */
  const caught = []
  const work = async () => {
    for (let bug = queue.shift(); bug; bug = queue.shift()) {
      const outcome = await simulateWith(folder, MOST_CALLS, bug.name)
      if (outcome.violation) caught.push(bug)
      console.log(`${bug.name.padEnd(36)} ${describe(bug, outcome)}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
  const whole = names.length > 0 ? [] : Object.keys(invariants)
  const unbroken = whole.filter((invariant) => caught.every(({ breaks }) => breaks !== invariant))
  if (unbroken.length > 0) console.log(`no bug breaks ${unbroken.join(', ')}`)
  console.log(`bugs ${chosen.length} caught ${caught.length}`)
  return caught.length === chosen.length && unbroken.length === 0 ? 0 : 1
}

/** @param {string} folder */
async function load(folder) {
  /** @type {(file: string) => Promise<unknown>} */
  const load = (file) => import(pathToFileURL(join(folder, file)).href)
  const { bugs } = /** @type {typeof import('../../test/bugs/index.ts')} */ (await load('test/bugs/index.js'))
  const { invariants } = /** @type {typeof import('../../src/testing/simulator/rules/index.ts')} */ (
    await load('src/testing/simulator/rules/index.js')
  )
  return { bugs, invariants }
}

/**
 * @param {string} folder
 * @param {number} calls
 * @param {string} [name] The bug; if missing, the core is unchanged.
 * @returns {Promise<Outcome>}
 */
async function simulateWith(folder, calls, name) {
  const args = [folder, String(calls), ...(name === undefined ? [] : [name])]
  // Worlds are short-lived. In a large young generation few of them survive a collection.
  const options = { mostMs: MOST_MS, execArgv: ['--max-semi-space-size=64'] }
  /** @type {import('./ask-child.js').Answer<Outcome>} */
  const { told = { calls: 0, others: [] }, isLate, failure } = await askChild(child, args, options)
  if (isLate) return { ...told, problem: `did not finish within ${MOST_MS / 1000} s` }
  // A broken core may continue to throw after the violation.
  return failure !== undefined && !told.violation ? { ...told, problem: failure } : told
}

/** @type {(bug: Bug, outcome: Outcome) => string} */
function describe({ breaks, why }, { calls, violation, others, problem }) {
  const first = others.length > 0 ? `; also breaks ${others.join(', ')}` : ''
  if (violation) return `breaks ${breaks} after ${calls} calls (${violation.message})${first}`
  const end = problem === undefined ? '' : ` (${problem})`
  return `SURVIVED ${calls} calls${end}: ${breaks} holds, though ${why}${first}`
}
