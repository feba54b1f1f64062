import { createRequire } from 'node:module'

/** @typedef {import('@mdn/browser-compat-data').CompatStatement} CompatStatement */

const data = /** @type {import('@mdn/browser-compat-data').CompatData} */ (
  createRequire(import.meta.url)('@mdn/browser-compat-data')
)

/**
 * What MDN's browser-compat-data holds about a feature, such as `javascript`, `builtins`, `Array`, `at`.
 *
 * @param {readonly string[]} path
 * @returns {CompatStatement | undefined}
 */
export function compatOf(...path) {
  /** @type {unknown} */
  let found = data
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = /** @type {Record<string, unknown>} */ (found)[key]
  }
  return /** @type {{ __compat?: CompatStatement } | undefined} */ (found)?.__compat
}
