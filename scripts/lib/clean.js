import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.js'

/**
 * Empties a folder of the repository, so that a build leaves no output of deleted sources.
 *
 * @param {string} folder
 * @param {object} [options]
 * @param {readonly string[]} [options.except] The files and folders to keep.
 */
export function clean(folder, { except = [] } = {}) {
  const path = join(root, folder)
  if (!existsSync(path)) return
  for (const name of readdirSync(path))
    if (!except.includes(name)) rmSync(join(path, name), { recursive: true, force: true })
}
