import { spawnSync } from 'node:child_process'
import { findChromium } from './browsers.js'
import { run } from './run.js'

/** @type {(file: string) => boolean} */
const starts = (file) => spawnSync(file, ['--version'], { timeout: 30_000 }).status === 0

/** @returns {Promise<string | undefined>} Where Playwright keeps its own Chromium, if it could be downloaded. */
async function downloaded() {
  if ((await run('npx', ['playwright-core', 'install', 'chromium'])) !== 0) return undefined
  const { chromium } = await import('playwright-core')
  const file = chromium.executablePath()
  return starts(file) ? file : undefined
}

/** @returns {Promise<string | undefined>} The Chromium of a Debian or Ubuntu system, if this may install it. */
async function installed() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  if ((await run('apt-get', ['update'])) !== 0) return undefined
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' } }
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options)
  return findChromium()
}

/**
 * A Chromium for the tests in the browser: one that is installed, else Playwright's, downloaded once, else, as root, the
 * system's own package. Needs the dependencies.
 *
 * @returns {Promise<string | undefined>} Its path; undefined, with a line that says what to do, where there is none.
 */
export async function ensureChromium() {
  const found = findChromium()
  if (found !== undefined) return found
  console.log('No Chromium or Chrome is installed: fetching one for the tests …')
  const fetched = (await downloaded()) ?? (await installed())
  if (fetched === undefined)
    console.error('Install Chromium or Chrome, or name it in the environment: CHROMIUM=/path')
  return fetched
}
