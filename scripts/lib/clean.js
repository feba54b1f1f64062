import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.js'

/**
 * Empties a folder of the repository, so that a build leaves nothing of a source that is gone.
 *
 * @param {string} folder
 * @param {object} [options]
 * @param {readonly string[]} [options.except] What stays in it.
 */
export function clean(folder, { except = [] } = {}) {
  const path = join(root, folder)
  if (!existsSync(path)) return
  for (const name of readdirSync(path))
    if (!except.includes(name)) rmSync(join(path, name), { recursive: true, force: true })
}
