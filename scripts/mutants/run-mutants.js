import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mutants } from './mutants.js'
import { transpileAll, writeMutant } from './prepare.js'

/** Calls that each mutant gets to be caught in. */
const MOST_CALLS = 100_000
/** Calls that the core as it is has to pass first. */
const SOUND_CALLS = 10_000
/** Plenty: it is for mutants that hang, and the machine may be busy. */
const MOST_MS = 1_200_000
const WANTED = 0.95
const child = fileURLToPath(new URL('child.js', import.meta.url))

/** @typedef {{ calls: number, violation?: string }} Progress */

/**
 * Simulates with the core in `folder`, until an invariant breaks, or as long as it may.
 *
 * @param {string} folder
 * @param {number} calls
 * @returns {Promise<Progress & { problem?: string }>}
 */
function simulateWith(folder, calls) {
  return new Promise((resolve) => {
    /** @type {Progress} */
    let progress = { calls: 0 }
    let stderr = ''
    const running = fork(child, [folder, String(calls)], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      // Worlds come and go by the thousand: with room for many, few of them have to be looked at before they are gone.
      execArgv: ['--max-semi-space-size=64'],
    })
    const timer = setTimeout(() => {
      running.kill('SIGKILL')
    }, MOST_MS)
    running.stderr?.on('data', (chunk) => (stderr += String(chunk)))
    running.on('message', (message) => {
      progress = /** @type {Progress} */ (message)
    })
    running.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') resolve({ ...progress, problem: `did not finish within ${MOST_MS / 1000} s` })
      // What rxjs reports of a broken core once the simulation is over is no news.
      else if (code !== 0 && progress.violation === undefined)
        resolve({ ...progress, problem: stderr.trim().split('\n').slice(0, 8).join('\n') })
      else resolve(progress)
    })
  })
}

/**
 * Puts each known fault into the core and asks whether the simulator notices. Prints what became of each, and a last line
 * with the figures.
 *
 * @param {string[]} names Of the mutants to try; none for all.
 * @returns {Promise<number>} The exit code: 1 where too many survive, or one is no program.
 */
export async function runMutants(names) {
  const unknown = names.find((name) => mutants.every((mutant) => mutant.name !== name))
  if (unknown !== undefined) {
    console.error(`simulate:mutants: there is no mutant "${unknown}"`)
    return 1
  }
  const chosen = names.length > 0 ? mutants.filter(({ name }) => names.includes(name)) : mutants
  const folder = mkdtempSync(join(tmpdir(), 'rxcall-mutants-'))
  let caught = 0
  let invalid = 0
  try {
    const base = transpileAll(folder)
    const sound = await simulateWith(base, SOUND_CALLS)
    if (sound.violation !== undefined || sound.problem !== undefined)
      throw new Error(`the core as it is does not pass: ${sound.violation ?? sound.problem}`)
    const queue = chosen.map((mutant) => ({ mutant, folder: writeMutant(folder, base, mutant) }))
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { calls, violation, problem } = await simulateWith(next.folder, MOST_CALLS)
        if (violation !== undefined) caught++
        if (problem !== undefined && calls === 0) invalid++
        const outcome =
          violation !== undefined
            ? `caught after ${calls} calls by ${violation}`
            : problem !== undefined && calls === 0
              ? `IS NO PROGRAM: ${problem}`
              : `SURVIVED ${calls} calls: ${next.mutant.why}${problem === undefined ? '' : ` (${problem})`}`
        console.log(`${next.mutant.name.padEnd(30)} ${outcome}`)
      }
    }
    await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`mutants ${chosen.length} caught ${caught}`)
  return invalid === 0 && caught / chosen.length >= WANTED ? 0 : 1
}
