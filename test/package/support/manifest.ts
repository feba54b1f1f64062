import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../scripts/lib/run.js'

export interface Manifest {
  readonly version: string
  readonly exports: Readonly<Record<string, { readonly types: string } | string>>
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** The package.json of a package: '.' is rxcall, 'server' is rxcall-relay. */
export const readManifest = async (folder: '.' | 'server') =>
  JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Manifest

export const manifest = await readManifest('.')

/** The entry points of rxcall, as one imports them. */
export const entries: readonly string[] = Object.keys(manifest.exports)
  .filter((entry) => entry !== './package.json')
  .map((entry) => entry.replace('.', 'rxcall'))

/** Each is for a library that one installs beside rxcall. */
export const forLibraries: readonly string[] = ['simple-peer', 'socket.io', 'react', 'vue', 'svelte'].map(
  (name) => `rxcall/${name}`,
)

/** Those that need rxjs alone. */
export const core = entries.filter((entry) => !forLibraries.includes(entry))
