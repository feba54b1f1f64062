import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutate } from './prepare.js'

/** @typedef {import('./mutants.js').Mutant} Mutant */

/**
 * What became of a mutant: it was found, or not, or it is none, because nothing runs with it.
 *
 * @typedef {object} Verdict
 * @property {'caught' | 'survived' | 'no-program'} is
 * @property {string} how Words that follow.
 */

/** @typedef {(mutant: Mutant) => Promise<Verdict>} Judge Rejects where the core as it is does not pass. */

/**
 * Makes a judge, who may put files into `folder`.
 *
 * @typedef {(folder: string) => Judge | Promise<Judge>} MakeJudge
 */

/**
 * Has each mutant judged, two at a time. Prints what became of it, and a last line with the figures.
 *
 * @param {readonly Mutant[]} mutants
 * @param {readonly string[]} names Of those to try; none for all.
 * @param {MakeJudge} makeJudge
 * @param {number} wanted The share that has to be caught.
 * @returns {Promise<number>} The exit code: 1 where too many survive, one is no program, or a name is none of a mutant. Rejects
 *   where one changes what is not there any more.
 */
export async function runMutants(mutants, names, makeJudge, wanted) {
  const unknown = names.find((name) => mutants.every((mutant) => mutant.name !== name))
  if (unknown !== undefined) {
    console.error(`unknown mutant: ${unknown}`)
    return 1
  }
  const chosen = names.length > 0 ? mutants.filter(({ name }) => names.includes(name)) : mutants
  // Before any of them is judged, which may take long.
  chosen.forEach(mutate)
  const counts = { caught: 0, survived: 0, 'no-program': 0 }
  const folder = mkdtempSync(join(tmpdir(), 'rxcall-mutants-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
  const judge = await makeJudge(folder)
  const queue = [...chosen]
  const work = async () => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const { is, how } = await judge(mutant)
      counts[is]++
      const outcome = {
        caught: `caught ${how}`,
        survived: `SURVIVED ${how}: ${mutant.why}`,
        'no-program': `IS NO PROGRAM: ${how}`,
      }
      console.log(`${mutant.name.padEnd(30)} ${outcome[is]}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
  console.log(`mutants ${chosen.length} caught ${counts.caught}`)
  return counts['no-program'] === 0 && counts.caught / chosen.length >= wanted ? 0 : 1
}
