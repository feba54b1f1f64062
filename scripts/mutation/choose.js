import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/run.js'
import { rooms } from './rooms.js'

/** @typedef {import('./rooms.js').Room} Room */

/**
 * What to mutate in one room.
 *
 * @typedef {object} Choice
 * @property {Room} room
 * @property {string} files A pattern of files.
 * @property {boolean} isWhole Whether it is all of the room, so that its threshold counts.
 */

/**
 * The rooms that hold the given folders and files of src/core: with all rooms below a folder, or with one file. All of them
 * when nothing is given. Throws if a path is in none.
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
