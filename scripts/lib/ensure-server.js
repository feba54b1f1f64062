import { findProgram } from './find-program.js'
import { installPackage } from './install-package.js'

/**
 * A server that the tests run by themselves.
 *
 * @typedef {object} Server
 * @property {string} title
 * @property {string} variable The environment variable that names its program.
 * @property {string} name Of the program.
 * @property {string} packageName What Debian and Ubuntu call it.
 * @property {string[]} [places] Where it may be besides the PATH.
 */

/** @type {(server: Server) => Promise<string | undefined>} */
async function ensure({ title, variable, name, packageName, places = [] }) {
  const find = () => findProgram({ variable, names: [name], places })
  const found = find()
  if (found !== undefined) return found
  console.log(`No ${title} is installed: installing it for the tests …`)
  await installPackage(packageName)
  const installed = find()
  if (installed === undefined)
    console.error(`Install ${title}, or name its program in the environment: ${variable}=/path/${name}`)
  return installed
}

/**
 * A TURN server for the tests of paths: coturn, one that is installed, else, as root on Debian or Ubuntu, the system's own
 * package. That one is not left running as a service.
 *
 * @returns {Promise<string | undefined>} Its path; undefined, with a line that says what to do, where there is none.
 */
export const ensureTurnServer = () =>
  ensure({ title: 'coturn', variable: 'TURNSERVER', name: 'turnserver', packageName: 'coturn' })

/**
 * A Redis for the tests of several relays, in the same way as {@link ensureTurnServer}.
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
 * The reverse proxy nginx, in the same way as {@link ensureTurnServer}.
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
 * The reverse proxy Caddy, in the same way as {@link ensureTurnServer}.
 *
 * @returns {Promise<string | undefined>}
 */
export const ensureCaddy = () =>
  ensure({ title: 'Caddy', variable: 'CADDY', name: 'caddy', packageName: 'caddy' })
