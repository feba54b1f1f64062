import { findProgram } from './find-program.js'
import { installPackage } from './install-package.js'

/**
 * A server that the tests start.
 *
 * @typedef {object} Server
 * @property {string} title
 * @property {string} variable The environment variable that names its program.
 * @property {string} name The name of the program.
 * @property {string} packageName Its package in Debian and Ubuntu.
 * @property {string[]} [places] Where else it may be, besides the PATH.
 */

/** @type {(server: Server) => Promise<string | undefined>} */
async function ensure({ title, variable, name, packageName, places = [] }) {
  const find = () => findProgram({ variable, names: [name], places })
  const found = find()
  if (found !== undefined) return found
  console.log(`No ${title} found; installing it for the tests …`)
  await installPackage(packageName)
  const installed = find()
  if (installed === undefined)
    console.error(`Install ${title}, or set the path of its program: ${variable}=/path/${name}`)
  return installed
}

/**
 * Provides the TURN server coturn for the path tests: the installed one, if any. Otherwise root on Debian or Ubuntu
 * installs the system's package, without starting its service.
 *
 * @returns {Promise<string | undefined>} Its path. If there is none, prints what to do, and returns undefined.
 */
export const ensureTurnServer = () =>
  ensure({ title: 'coturn', variable: 'TURNSERVER', name: 'turnserver', packageName: 'coturn' })

/**
 * Provides a Redis for the tests of several relays, in the same way as {@link ensureTurnServer}.
 *
 * @returns {Promise<string | undefined>}
 */
export const ensureRedisServer = () =>
  ensure({
    title: 'Redis 7 or later',
    variable: 'REDIS_SERVER',
    name: 'redis-server',
    packageName: 'redis-server',
  })

/**
 * Provides the reverse proxy nginx, in the same way as {@link ensureTurnServer}.
 *
 * @returns {Promise<string | undefined>}
 */
export const ensureNginx = () =>
  ensure({
    title: 'nginx',
    variable: 'NGINX',
    name: 'nginx',
    packageName: 'nginx',
    places: ['/usr/sbin/nginx'],
  })

/**
 * Provides the reverse proxy Caddy, in the same way as {@link ensureTurnServer}.
 *
 * @returns {Promise<string | undefined>}
 */
export const ensureCaddy = () =>
  ensure({ title: 'Caddy', variable: 'CADDY', name: 'caddy', packageName: 'caddy' })
