import { fileURLToPath } from 'node:url'
import config from '../../tsconfig.json' with { type: 'json' }

const root = new URL('../../', import.meta.url)

/**
 * The package's own entry points, resolved to their sources, so that the demo and the tests import what a user imports
 * and see each change at once. The one list of them is `paths` in tsconfig.json.
 */
export const aliases = Object.entries(config.compilerOptions.paths).map(([name, [path]]) => ({
  find: new RegExp(`^${name.replaceAll('.', '\\.')}$`),
  replacement: fileURLToPath(new URL(path ?? '', root)),
}))
