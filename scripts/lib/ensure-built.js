import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './run.js'

const sources = [
  'src',
  'server',
  'examples/plain-dom',
  'scripts/build-relay.js',
  'scripts/lib/relay-package.js',
  'scripts/vite',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vite.config.ts',
]
/** Files that each part of the build writes every time. */
const results = ['dist/core/index.js', 'server/dist/cli/main.js', 'server/dist/demo/index.html']

/**
 * Returns when `path`, or anything in it, was last changed. Adding or removing a file changes its folder. Build output
 * inside it does not count, so a folder that contains output has no time itself.
 *
 * @type {(path: string) => number}
 */
function changedAt(path) {
  const status = statSync(path)
  if (!status.isDirectory()) return status.mtimeMs
  const names = readdirSync(path)
  const sourceNames = names.filter((name) => name !== 'dist' && name !== 'node_modules')
  const own = sourceNames.length === names.length ? status.mtimeMs : 0
  return Math.max(own, ...sourceNames.map((name) => changedAt(join(path, name))))
}

/** Whether dist exists and is newer than all of its sources. */
export function isBuilt() {
  const built = results.map((file) => join(root, file))
  if (!built.every((file) => existsSync(file))) return false
  const changed = sources.map((path) => join(root, path)).filter((path) => existsSync(path))
  return Math.max(...changed.map(changedAt)) <= Math.min(...built.map(changedAt))
}

/**
 * Builds library and demo if dist is missing or older than the sources.
 *
 * @returns {Promise<boolean>} Whether dist is there.
 */
export async function ensureBuilt() {
  if (isBuilt()) return true
  console.log('Building (npm run build) …')
  return (await run('npm', ['run', '--silent', 'build'])) === 0
}
