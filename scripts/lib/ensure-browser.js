import { spawnSync } from 'node:child_process'
import { findChromium, findFirefox } from './browsers.js'
import { installPackage } from './install-package.js'
import { run } from './run.js'

/**
 * A browser that the tests need.
 *
 * @typedef {object} Browser
 * @property {'chromium' | 'firefox'} name Playwright's name for it.
 * @property {() => string | undefined} find The installed one.
 * @property {string[]} packages Its packages in Debian and Ubuntu.
 */

/** @type {(file: string) => boolean} */
const starts = (file) => spawnSync(file, ['--version'], { timeout: 30_000 }).status === 0

/**
 * @type {(browser: Browser) => Promise<string | undefined>} Returns the path of Playwright's own browser, if it could
 * be downloaded.
 */
async function downloaded({ name }) {
  if ((await run('npx', ['playwright-core', 'install', name])) !== 0) return undefined
  const file = (await import('playwright-core'))[name].executablePath()
  return starts(file) ? file : undefined
}

/**
 * @type {(browser: Browser) => Promise<string | undefined>} Installs the browser of a Debian or Ubuntu system, if
 * permitted, and returns its path.
 */
async function installed({ find, packages }) {
  return (await installPackage(...packages)) ? find() : undefined
}

/** @type {(browser: Browser) => Promise<string | undefined>} */
async function ensure(browser) {
  const { name, find } = browser
  const found = find()
  if (found !== undefined) return found
  console.log(`No ${name} is installed; downloading one for the tests …`)
  const fetched = (await downloaded(browser)) ?? (await installed(browser))
  if (fetched === undefined) console.error(`Install ${name}, or set its path: ${name.toUpperCase()}=/path`)
  return fetched
}

/**
 * Provides a Chromium for the browser tests: the installed one, or else Playwright's, downloaded once. If that fails,
 * root installs the system's package. Needs the dependencies.
 *
 * @returns {Promise<string | undefined>} Its path. If there is none, prints what to do, and returns undefined.
 */
export const ensureChromium = () =>
  ensure({ name: 'chromium', find: findChromium, packages: ['chromium', 'chromium-browser'] })

/**
 * Provides a Firefox, in the same way as {@link ensureChromium}.
 *
 * @returns {Promise<string | undefined>}
 */
export const ensureFirefox = () =>
  ensure({ name: 'firefox', find: findFirefox, packages: ['firefox-esr', 'firefox'] })
