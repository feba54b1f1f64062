import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium, ensureFirefox } from './lib/ensure-browser.js'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'
import { run } from './lib/run.js'
import { stepTimes } from './lib/step-times.js'
import { suites } from './lib/suites.js'
import { countTests } from './lib/vitest-report.js'

// Runs every check, from a fresh clone. The last line is `N passed, N failed`; a check counts as one, a test as one.
// Before that, prints each step's time and repeats the failures, because a run prints more than a terminal keeps.
// Arguments (`npm test -- core`) restrict it to tests in files whose path contains one of them.

const words = process.argv.slice(2)
/** Checks that use one core each: two rows of them run side by side, each in order. */
const rows = [
  ['format:check', 'lint'],
  ['typecheck', 'build'],
]
/** Afterwards, because it needs the build and uses every core. Its seed is new each time, and is printed. */
const last = 'simulate'

/** Arguments for a check's script. `npm run simulate` without any simulates four times as many calls. */
const wordsFor = /** @type {Record<string, readonly string[]>} */ ({ simulate: ['--calls', '25000'] })

const total = { passed: 0, failed: 0 }
/** @type {{ name: string, failures: readonly string[] }[]} */
const bad = []
/** @type {import('./lib/step-times.js').Step[]} */
const steps = []

/** @type {(name: string, passed: number, failures: readonly string[]) => void} */
function count(name, passed, failures) {
  total.passed += passed
  total.failed += failures.length
  if (failures.length > 0) bad.push({ name, failures })
}

/** @type {<T>(name: string, budget: number | undefined, step: () => Promise<T>) => Promise<T>} */
async function timed(name, budget, step) {
  const began = performance.now()
  const result = await step()
  steps.push({ name, budget, seconds: (performance.now() - began) / 1000 })
  return result
}

/** @type {(text: string) => string} Returns the end of a text, which usually explains a failure best. */
const shorten = (text) => text.trimEnd().split('\n').slice(-LINES_TOLD).join('\n')

/** The lines of each failure that are repeated. */
const LINES_TOLD = 60

/** @type {(title: string) => void} */
const announce = (title) => console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 76 - title.length))}`)

/** @type {(name: string) => Promise<void>} Prints what a check said once it is done, because another may run beside it. */
async function check(name) {
  const began = performance.now()
  let output = ''
  const code = await run('npm', ['run', '--silent', name, '--', ...(wordsFor[name] ?? [])], {
    onOutput: (text) => (output += text),
    prints: false,
  })
  announce(`${name} (${((performance.now() - began) / 1000).toFixed(0)} s)`)
  if (output !== '') console.log(output.trimEnd())
  count(name, code === 0 ? 1 : 0, code === 0 ? [] : [output])
}

async function runAll() {
  requireNode()
  if (!(await timed('dependencies', undefined, ensureDependencies))) {
    count('dependencies', 0, ['They could not be installed.'])
    return
  }

  if (words.length === 0) {
    await timed(rows.flat().join(', '), undefined, () =>
      Promise.all(
        rows.map(async (row) => {
          for (const name of row) await check(name)
        }),
      ),
    )
    await timed(last, undefined, () => check(last))
  }

  const [chromium, firefox] = await timed('browsers', undefined, async () => [
    await ensureChromium(),
    await ensureFirefox(),
  ])
  if (chromium === undefined) count('Chromium', 0, ['It is not installed, and installing it failed.'])
  if (firefox === undefined) count('Firefox', 0, ['It is not installed, and installing it failed.'])
  const env = { ...(chromium && { CHROMIUM: chromium }), ...(firefox && { FIREFOX: firefox }) }

  const folder = mkdtempSync(join(tmpdir(), 'rxcall-test-'))
  for (const { name: project, budget } of suites.filter(({ apart }) => !apart)) {
    announce(`tests: ${project}`)
    const report = join(folder, `${project}.json`)
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const selection = words.length > 0 ? [...words, '--passWithNoTests'] : []
    const code = await timed(project, budget, () =>
      run('npx', ['vitest', 'run', '--project', project, ...reporters, ...selection], { env }),
    )
    const { passed, failures } = countTests(report, code)
    count(`tests: ${project}`, passed, failures)
  }
  rmSync(folder, { recursive: true })
}

await runAll()
if (total.passed + total.failed === 0) count('all', 0, ['No test was run.'])
for (const { name, failures } of bad) {
  announce(`failed: ${name}`)
  for (const failure of failures) console.log(`${shorten(failure)}\n`)
}
announce('times')
console.log(stepTimes(steps))
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
