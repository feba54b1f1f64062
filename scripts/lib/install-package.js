import { run } from './run.js'

/**
 * Installs the first of these packages that a Debian or Ubuntu system offers. Only root can do that. Does not start any
 * service.
 *
 * @param {...string} names
 * @returns {Promise<boolean>} Whether one was installed.
 */
export async function installPackage(...names) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  if ((await run('apt-get', ['update'])) !== 0) return false
  // Debian's tools start no services in this runlevel, single-user mode.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  for (const name of names)
    if ((await run('apt-get', ['install', '-y', '--no-install-recommends', name], { env })) === 0) return true
  return false
}
