import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium, ensureFirefox } from './lib/ensure-browser.js'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'
import { run } from './lib/run.js'
import { suites } from './lib/suites.js'
import { countTests } from './lib/vitest-report.js'

// Everything that is checked, from a fresh clone. The last line is `N passed, N failed`; a check counts as one, a test as
// one. With words after it (`npm test -- core`), only the tests in the files whose path holds one of them.

const words = process.argv.slice(2)
const checks = words.length > 0 ? [] : ['format:check', 'lint', 'typecheck', 'build']

/** After the build: a hundred thousand random calls, on new seeds each time, which are printed. */
const simulation = words.length > 0 ? [] : ['simulate']

const total = { passed: 0, failed: 0 }
/** @type {string[]} */
const bad = []

/** @type {(name: string, passed: number, failed: number) => void} */
function count(name, passed, failed) {
  total.passed += passed
  total.failed += failed
  if (failed > 0) bad.push(name)
}

/** @type {(title: string) => void} */
const announce = (title) => console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 76 - title.length))}`)

async function runAll() {
  requireNode()
  if (!(await ensureDependencies())) {
    count('dependencies', 0, 1)
    return
  }

  for (const check of [...checks, ...simulation]) {
    announce(check)
    const code = await run('npm', ['run', '--silent', check])
    count(check, code === 0 ? 1 : 0, code === 0 ? 0 : 1)
  }

  const chromium = await ensureChromium()
  if (chromium === undefined) count('Chromium', 0, 1)
  const firefox = await ensureFirefox()
  if (firefox === undefined) count('Firefox', 0, 1)
  const env = { ...(chromium && { CHROMIUM: chromium }), ...(firefox && { FIREFOX: firefox }) }

  const folder = mkdtempSync(join(tmpdir(), 'rxcall-test-'))
  for (const { name: project } of suites.filter(({ apart }) => !apart)) {
    announce(`tests: ${project}`)
    const report = join(folder, `${project}.json`)
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const selection = words.length > 0 ? [...words, '--passWithNoTests'] : []
    const code = await run('npx', ['vitest', 'run', '--project', project, ...reporters, ...selection], {
      env,
    })
    const { passed, failed } = countTests(report, code)
    count(`tests: ${project}`, passed, failed)
  }
  rmSync(folder, { recursive: true })
}

await runAll()
if (total.passed + total.failed === 0) count('no test was run', 0, 1)
if (bad.length > 0) console.log(`\nFailed: ${bad.join(', ')}`)
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
