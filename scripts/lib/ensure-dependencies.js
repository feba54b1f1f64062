import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './run.js'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Locked */

/** @type {(file: string) => Record<string, Locked> | undefined} */
function packagesOf(file) {
  try {
    const { packages } = /** @type {{ packages: Record<string, Locked> }} */ (
      JSON.parse(readFileSync(join(root, file), 'utf8'))
    )
    return packages
  } catch {
    return undefined
  }
}

/**
 * Whether the node_modules of a folder match its package-lock.json. npm writes its list of packages last, so an
 * interrupted installation does not count.
 */
export function dependenciesInstalled(folder = '.') {
  const wanted = packagesOf(join(folder, 'package-lock.json'))
  const there = packagesOf(join(folder, 'node_modules/.package-lock.json'))
  if (!wanted || !there) return false
  // Optional packages are only for some platforms. The link to a workspace has neither version nor integrity.
  const missing = Object.entries(wanted).some(([path, { version, integrity, optional }]) => {
    if (path === '') return false
    const installed = there[path]
    return installed ? installed.version !== version || installed.integrity !== integrity : !optional
  })
  return !missing && Object.keys(there).every((path) => path in wanted)
}

/**
 * Runs `npm ci` in a folder of the repository, by default its root, if node_modules does not match package-lock.json.
 * Imports no package itself.
 *
 * @returns {Promise<boolean>} Whether the dependencies are there.
 */
export async function ensureDependencies(folder = '.') {
  if (dependenciesInstalled(folder)) return true
  console.log('Installing the dependencies (npm ci) …')
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--prefix', join(root, folder)])
  if (code !== 0) console.error('The dependencies could not be installed: see above.')
  return code === 0
}
