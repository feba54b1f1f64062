import browserslist from 'browserslist'

/**
 * The names that MDN's browser-compat-data uses for the browsers of Browserslist. Each is in `browserslist` of
 * package.json.
 */
const dataNames = /** @type {const} */ ({
  chrome: 'chrome',
  edge: 'edge',
  firefox: 'firefox',
  safari: 'safari',
  ios_saf: 'safari_ios',
})

/** @typedef {typeof dataNames[keyof typeof dataNames]} DataName */

/** The names that Vite and its tools use for build targets. */
const targetNames = /** @type {const} */ ({
  chrome: 'chrome',
  edge: 'edge',
  firefox: 'firefox',
  safari: 'safari',
  safari_ios: 'ios',
})

/** @type {(a: string, b: string) => number} */
const compare = (a, b) => a.localeCompare(b, 'en', { numeric: true })

/** @type {(name: string) => name is keyof typeof dataNames} */
const isKnown = (name) => name in dataNames

/**
 * The oldest version of each browser that `browserslist` in package.json names. Throws if a browser is unknown.
 *
 * @param {string} root The folder of package.json.
 * @returns {ReadonlyMap<DataName, string>}
 */
export function oldestBrowsers(root) {
  /** @type {Map<DataName, string>} */
  const oldest = new Map()
  for (const entry of browserslist(undefined, { path: root })) {
    const [browser = '', versions = ''] = entry.split(' ')
    if (!isKnown(browser)) throw new Error(`package.json: browserslist names an unknown browser: ${browser}`)
    const [version = ''] = versions.split('-')
    const name = dataNames[browser]
    const found = oldest.get(name)
    if (found === undefined || compare(version, found) < 0) oldest.set(name, version)
  }
  return oldest
}

/**
 * Converts them to targets for Vite, such as `safari15.4`.
 *
 * @param {ReadonlyMap<DataName, string>} oldest
 * @returns {string[]}
 */
export const buildTargets = (oldest) => Array.from(oldest, ([name, version]) => targetNames[name] + version)

/**
 * The browsers of `oldest` that lack a feature. A feature behind a flag or with another name counts as missing. A
 * partial implementation does not.
 *
 * @param {import('@mdn/browser-compat-data').CompatStatement} compat
 * @param {ReadonlyMap<DataName, string>} oldest
 * @returns {string[]}
 */
export function lackedBy(compat, oldest) {
  return Array.from(oldest)
    .filter(([name, version]) => ![compat.support[name]].flat().some((support) => has(support, version)))
    .map(([name, version]) => `${name} ${version}`)
}

/** @type {(support: import('@mdn/browser-compat-data').SimpleSupportStatement | undefined, version: string) => boolean} */
function has(support, version) {
  if (support === undefined || support.flags || support.prefix || support.alternative_name) return false
  const { version_added: added, version_removed: removed } = support
  if (typeof added !== 'string' || added === 'preview') return false
  // `≤37`: since that version or an earlier one.
  const isAdded = compare(added.replace('≤', ''), version) <= 0
  return isAdded && (typeof removed !== 'string' || compare(removed, version) > 0)
}
