import { beforeAll, describe, expect, it } from 'vitest'
import { problemsInOldBrowsers } from './support/old-browsers.ts'
import {
  createProject,
  install,
  installedPackages,
  pack,
  readManifest,
  type Packed,
} from './support/packed.ts'
import { expectSuccess, runModule } from './support/programs.ts'
import { checkTypes, typeErrors, lintPackage, resolutions } from './support/types.ts'

const manifest = await readManifest('.')
const entries = Object.keys(manifest.exports)
  .filter((entry) => entry !== './package.json')
  .map((entry) => entry.replace('.', 'rxcall'))
/** Each is for a library that one installs beside rxcall. */
const forLibraries = ['simple-peer', 'socket.io', 'react', 'vue', 'svelte'].map((name) => `rxcall/${name}`)
const core = entries.filter((entry) => !forLibraries.includes(entry))

let packed: Packed
/** A project of somebody who installed the package. */
let project: string

beforeAll(async () => {
  packed = await pack('.')
  project = await createProject(packed.tarball, 'rxjs')
})

const exportsOf = async (entry: string) =>
  Number(await expectSuccess(runModule(`console.log(Object.keys(await import('${entry}')).length)`, project)))

describe('the files of rxcall', () => {
  it('include the library, its types, and what one reads first', () => {
    expect(packed.files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
        'dist/core/index.js',
        'dist/core/index.d.ts',
      ]),
    )
  })

  it('include no tests, no sources, and nothing of the relay', () => {
    const known = /^(dist\/(core|adapters|bindings|testing)\/.*\.(js|d\.ts)|package\.json|[A-Z]+(\.md)?)$/
    expect(packed.files.filter((file) => !known.test(file) || /\.test\.|tsbuildinfo/.test(file))).toEqual([])
  })

  it('run in the oldest browsers that package.json names', async () => {
    const loaded = packed.files.filter((file) => /^dist\/(core|adapters|bindings)\/.*\.js$/.test(file))
    expect(loaded.length).toBeGreaterThan(50)
    expect(await problemsInOldBrowsers(loaded)).toEqual([])
  })
})

describe('rxcall installed with rxjs', () => {
  it('brings valibot, and nothing that a server needs', async () => {
    expect(await installedPackages(project)).toEqual(['rxcall', 'rxjs', 'tslib', 'valibot'])
  })

  it.each(core)('can import %s', async (entry) => {
    expect(await exportsOf(entry)).toBeGreaterThan(0)
  })

  it('has types that need no others', async () => {
    expect(await typeErrors(project, core, 'NodeNext', 'browser')).toEqual([])
  })

  describe('and with the libraries of adapters and bindings', () => {
    beforeAll(() =>
      install(project, 'socket.io-client', 'simple-peer', 'react', '@types/react', 'vue', 'svelte'),
    )

    it.each(forLibraries)('can import %s', async (entry) => {
      expect(await exportsOf(entry)).toBeGreaterThan(0)
    })

    it.each(resolutions)('has types of all entry points (%s)', async (resolution) => {
      expect(await typeErrors(project, entries, resolution, 'browser')).toEqual([])
    })
  })
})

describe('the manifest of rxcall', () => {
  it('names the entry points for `moduleResolution: node`, too, which does not read `exports`', () => {
    const types = new Map<string, readonly string[]>()
    for (const [entry, target] of Object.entries(manifest.exports))
      if (entry !== '.' && typeof target !== 'string') types.set(entry.replace('./', ''), [target.types])
    expect(manifest.typesVersions).toEqual({ '*': Object.fromEntries(types) })
  })

  it('passes publint', async () => {
    expect(await lintPackage(packed.tarball)).toContain('All good!')
  })

  it('declares types that fit every kind of module resolution', () => checkTypes(packed.tarball))
})
