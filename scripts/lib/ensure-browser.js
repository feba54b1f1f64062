import { spawnSync } from 'node:child_process'
import { findChromium, findFirefox } from './browsers.js'
import { installPackage } from './install-package.js'
import { run } from './run.js'

/**
 * A browser that the tests need.
 *
 * @typedef {object} Browser
 * @property {'chromium' | 'firefox'} name As Playwright calls it.
 * @property {() => string | undefined} find The installed one.
 * @property {string[]} packages What Debian and Ubuntu call it.
 */

/** @type {(file: string) => boolean} */
const starts = (file) => spawnSync(file, ['--version'], { timeout: 30_000 }).status === 0

/** @type {(browser: Browser) => Promise<string | undefined>} Where Playwright keeps its own, if it could be downloaded. */
async function downloaded({ name }) {
  if ((await run('npx', ['playwright-core', 'install', name])) !== 0) return undefined
  const file = (await import('playwright-core'))[name].executablePath()
  return starts(file) ? file : undefined
}

/** @type {(browser: Browser) => Promise<string | undefined>} That of a Debian or Ubuntu system, if this may install it. */
async function installed({ find, packages }) {
  return (await installPackage(...packages)) ? find() : undefined
}

/** @type {(browser: Browser) => Promise<string | undefined>} */
async function ensure(browser) {
  const { name, find } = browser
  const found = find()
  if (found !== undefined) return found
  console.log(`No ${name} is installed: fetching one for the tests …`)
  const fetched = (await downloaded(browser)) ?? (await installed(browser))
  if (fetched === undefined)
    console.error(`Install ${name}, or name it in the environment: ${name.toUpperCase()}=/path`)
  return fetched
}

/**
 * A Chromium for the tests in the browser: one that is installed, else Playwright's, downloaded once, else, as root, the
 * system's own package. Needs the dependencies.
 *
 * @returns {Promise<string | undefined>} Its path; undefined, with a line that says what to do, where there is none.
 */
export const ensureChromium = () =>
  ensure({ name: 'chromium', find: findChromium, packages: ['chromium', 'chromium-browser'] })

/**
 * A Firefox, in the same way as {@link ensureChromium}.
 *
 * @returns {Promise<string | undefined>}
 */
export const ensureFirefox = () =>
  ensure({ name: 'firefox', find: findFirefox, packages: ['firefox-esr', 'firefox'] })
