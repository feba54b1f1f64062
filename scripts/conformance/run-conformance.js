import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../lib/run.js'
import { countTests } from '../lib/vitest-report.js'
import { buildAgents } from './build.js'
import { matrix } from './matrix.js'
import { readOptions, USAGE } from './options.js'
import { pairings } from './pairings.js'
import { chromium, firefox, node } from './places.js'
import { runPairing } from './run-pairing.js'
import { serve } from './serve.js'

/** @typedef {import('./pairings.js').PlaceName} PlaceName */
/** @typedef {import('./places.js').Place} Place */
/** @typedef {import('./run-pairing.js').Result} Result */

/**
 * The command `npm run test:conformance`. A complete run first proves the suite itself. Prints each failure at once,
 * then the matrix, and last `N passed, N failed`.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit code: 1 if a case failed, none ran, or the command line is invalid.
 */
export async function runConformance(args) {
  /** @type {ReturnType<typeof readOptions>} */
  let options
  try {
    options = readOptions(args)
  } catch (error) {
    console.error(`test:conformance: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
  if (options.help) {
    console.log(USAGE)
    return 0
  }

  const built = await buildAgents()
  process.once('exit', built.remove)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
  /** @type {(words: string[]) => (thing: { name: string }) => boolean} */
  const holding =
    (words) =>
    ({ name }) =>
      words.length === 0 || words.some((word) => name.includes(word))
  const cases = built.kit.conformanceCases.filter(holding(options.case))
  const chosen = pairings.filter(holding(options.pairing))
  if (options.list) {
    console.log(
      [...chosen, '', ...cases].map((line) => (typeof line === 'string' ? line : line.name)).join('\n'),
    )
    return 0
  }

  // A partial run omits the proof, because that covers the whole suite.
  const isWhole = options.case.length === 0 && options.pairing.length === 0
  const proof = isWhole ? await proveSuite() : { passed: 0, failed: 0 }
  const results = await runAll(chosen, cases, { built, jobs: options.jobs })
  const count = (/** @type {Result['status']} */ status) =>
    results.filter((each) => each.status === status).length
  if (results.length > 0) console.log(`\n${matrix(results)}`)
  const [passed, failed] = [proof.passed + count('passed'), proof.failed + count('failed')]
  console.log(`\n${passed} passed, ${failed} failed`)
  return count('passed') > 0 && failed === 0 ? 0 : 1
}

/** Checks that the suite finds faults. Runs it against adapters with known ones. */
async function proveSuite() {
  const folder = mkdtempSync(join(tmpdir(), 'rxcall-conformance-proof-'))
  const report = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await run('npx', ['vitest', 'run', '--project', 'conformance', ...reporters])
  const { passed, failed } = countTests(report, code)
  rmSync(folder, { recursive: true })
  return { passed, failed }
}

/**
 * @param {readonly import('./pairings.js').Pairing[]} chosen
 * @param {readonly import('./run-pairing.js').ConformanceCase[]} cases
 * @param {{ built: import('./build.js').Built, jobs: number }} options
 * @returns {Promise<Result[]>}
 */
export async function runAll(chosen, cases, { built, jobs }) {
  const server = await serve(built.page)
  /** @type {Map<PlaceName, Place>} */
  const places = new Map()
  const wanted = new Set(chosen.flatMap(({ places }) => [places.offerer, places.answerer]))
  if (wanted.has('chromium')) places.set('chromium', await chromium(server.url))
  if (wanted.has('firefox')) places.set('firefox', await firefox(server.url))
  if (wanted.has('node')) places.set('node', node(built.node))

  /** @type {Result[]} */
  const results = []
  const report = (/** @type {Result} */ result) => {
    results.push(result)
    const { pairing, conformanceCase, status, reason, ms } = result
    if (status === 'failed')
      console.log(
        `FAILED ${pairing.name}: ${conformanceCase.name} (${(ms / 1000).toFixed(1)} s)\n  ${reason}`,
      )
  }
  const waiting = [...chosen]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const start = performance.now()
      await runPairing(next, cases, { kit: built.kit, places, report })
      console.log(`${next.name}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  for (const place of places.values()) await place.stop()
  server.stop()
  // In the order of the list, whichever finished first.
  const order = (/** @type {Result} */ { pairing, conformanceCase }) =>
    chosen.indexOf(pairing) * cases.length + cases.indexOf(conformanceCase)
  return results.sort((a, b) => order(a) - order(b))
}
