import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** @type {(file: string) => boolean} */
function runs(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * An installed program.
 *
 * @typedef {object} Program
 * @property {string} variable The environment variable that names its path.
 * @property {string[]} names Its possible names on the PATH, the best first.
 * @property {string[]} [places] Where else it may be.
 */

/**
 * Finds a program: first by the environment variable, then on the PATH or in a usual place. Returns undefined if there
 * is none.
 *
 * @param {Program} program
 * @returns {string | undefined}
 */
export function findProgram({ variable, names, places = [] }) {
  const chosen = process.env[variable]
  if (chosen) return chosen
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, ...places].find(runs)
}
