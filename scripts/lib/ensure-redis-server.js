import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.js'

/** @type {(file: string) => boolean} */
function runs(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The installed Redis: what the environment variable REDIS_SERVER says, else on the PATH. */
export function findRedisServer() {
  const chosen = process.env.REDIS_SERVER
  if (chosen) return chosen
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, 'redis-server')).find(runs)
}

/**
 * A Redis for the tests of several relays: one that is installed, else, as root on Debian or Ubuntu, the system's own package.
 * That one is not left running as a service.
 *
 * @returns {Promise<string | undefined>} Its path; undefined, with a line that says what to do, where there is none.
 */
export async function ensureRedisServer() {
  const found = findRedisServer()
  if (found !== undefined) return found
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.log('No Redis is installed: installing it for the tests …')
    // Debian's tools start no service in this runlevel, which is single-user mode.
    const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
    if ((await run('apt-get', ['update'])) === 0)
      await run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { env })
  }
  const installed = findRedisServer()
  if (installed === undefined)
    console.error(
      'Install Redis 7 or later, or name its program in the environment: REDIS_SERVER=/path/redis-server',
    )
  return installed
}
