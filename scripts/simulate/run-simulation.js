import { faultKinds, formatFailure } from 'rxcall/testing'
import { simulateBatches } from './batches.js'
import { coverageReport } from './coverage.js'
import { readOptions, USAGE } from './options.js'

/**
 * The command `npm run simulate`. Prints the coverage, each failure shrunk and drawn, and a last line with the figures.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit code: 1 if an invariant is broken or the command line is wrong.
 */
export async function runSimulation(args) {
  /** @type {ReturnType<typeof readOptions>} */
  let options
  try {
    options = readOptions(args, faultKinds)
  } catch (error) {
    console.error(`simulate: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
  if (options === 'help' || options === 'list') {
    console.log(options === 'help' ? USAGE : faultKinds.join('\n'))
    return 0
  }

  const started = performance.now()
  const results = await simulateBatches(options, progress(options.calls))
  const seconds = (performance.now() - started) / 1000
  const calls = results.reduce((sum, result) => sum + result.calls, 0)
  const failures = results.flatMap((result) => result.failures)

  console.log(
    coverageReport(
      results.flatMap(({ cells }) => cells),
      options.faults ?? faultKinds,
    ),
  )
  // One failure of each kind is enough.
  const kinds = new Map(failures.map((failure) => [failure.violation.invariant, failure]))
  for (const failure of kinds.values()) console.log(`\n${formatFailure(failure)}\n`)
  const rate = Math.round(calls / seconds)
  const hash = results.map((result) => result.hash).join('')
  console.log(
    `calls ${calls} violations ${failures.length} seed ${options.seed} hash ${shorten(hash)} rate ${rate}/s`,
  )
  return failures.length > 0 ? 1 : 0
}

/** How often a long run reports its progress, in milliseconds. */
const TELL_MS = 60_000

/** @type {(calls: number) => (result: import('./batches.js').BatchResult) => void} */
function progress(calls) {
  let done = 0
  let told = performance.now()
  return (result) => {
    done += result.calls
    if (performance.now() - told < TELL_MS || done >= calls) return
    told = performance.now()
    // To stderr, because the result on stdout is the same for the same seed.
    console.error(`${done} of ${calls} calls …`)
  }
}

/** @type {(hashes: string) => string} The hashes of all batches as one of 8 digits (FNV-1a). */
function shorten(hashes) {
  let mixed = 0x811c9dc5
  for (const character of hashes) mixed = Math.imul(mixed ^ character.charCodeAt(0), 0x01000193)
  return (mixed >>> 0).toString(16).padStart(8, '0')
}
