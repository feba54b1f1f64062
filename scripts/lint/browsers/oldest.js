import browserslist from 'browserslist'

/** What MDN's browser-compat-data calls the browsers of Browserslist. Each is in `browserslist` of package.json. */
const dataNames = /** @type {const} */ ({
  chrome: 'chrome',
  edge: 'edge',
  firefox: 'firefox',
  safari: 'safari',
  ios_saf: 'safari_ios',
})

/** @typedef {typeof dataNames[keyof typeof dataNames]} DataName */

/** What Vite and its tools call them as a build target. */
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
 * The oldest version of each browser that `browserslist` in package.json names. Throws for a browser that is not known here.
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
 * As targets for Vite: `safari15.4` and the like.
 *
 * @param {ReadonlyMap<DataName, string>} oldest
 * @returns {string[]}
 */
export const buildTargets = (oldest) => Array.from(oldest, ([name, version]) => targetNames[name] + version)

/**
 * The browsers of `oldest` that lack a feature. One that is behind a flag or has another name is lacked; one of which details
 * are missing is not.
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
