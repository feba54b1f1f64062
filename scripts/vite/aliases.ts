import { fileURLToPath } from 'node:url'
import config from '../../tsconfig.json' with { type: 'json' }

const root = new URL('../../', import.meta.url)

/**
 * Resolves the package's entry points to their sources. So the demo and the tests import the same names as a user, and
 * see each change at once. `paths` in tsconfig.json is the only list of them.
 */
export const aliases = Object.entries(config.compilerOptions.paths).map(([name, [path]]) => ({
  find: new RegExp(`^${name.replaceAll('.', '\\.')}$`),
  replacement: fileURLToPath(new URL(path ?? '', root)),
}))
