import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/run.js'
import { rooms } from './rooms.js'

/** @typedef {import('./rooms.js').Room} Room */

/**
 * The part of one room to mutate.
 *
 * @typedef {object} Choice
 * @property {Room} room
 * @property {string} files A pattern of files.
 * @property {boolean} isWhole Whether it is the whole room. Only then the threshold counts.
 */

/**
 * Finds the rooms of the given folders and files of src/core. A folder includes all rooms below it. No path means all
 * rooms. Throws if a path is in no room.
 *
 * @param {readonly string[]} paths Relative to the repository's root.
 * @returns {readonly Choice[]}
 */
export function choose(paths) {
  const given = paths.length > 0 ? paths : ['src/core']
  return given.flatMap((path) => {
    const name = path.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '')
    const choices = name.endsWith('.ts')
      ? rooms
          .filter(({ folder }) => folder === name.slice(0, name.lastIndexOf('/')))
          .map((room) => ({ room, files: name, isWhole: false }))
      : rooms
          .filter(({ folder }) => folder === name || folder.startsWith(`${name}/`))
          .map((room) => ({ room, files: `${room.folder}/*.ts`, isWhole: true }))
    if (choices.length === 0 || !existsSync(join(root, name)))
      throw new Error(`not a folder or file of src/core with tests: ${path}`)
    return choices
  })
}
