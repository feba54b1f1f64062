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
 * A program that is installed.
 *
 * @typedef {object} Program
 * @property {string} variable The environment variable that names one.
 * @property {string[]} names What it may be called on the PATH, the best first.
 * @property {string[]} [places] Where else it may be.
 */

/**
 * What the environment variable says, else what is on the PATH or in a usual place; undefined where there is none.
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
