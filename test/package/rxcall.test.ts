import { beforeAll, describe, expect, inject, it } from 'vitest'
import { lintPackage } from './support/lint-package.ts'
import { core, entries, manifest } from './support/manifest.ts'
import { problemsInOldBrowsers } from './support/old-browsers.ts'
import { expectSuccess, runModule } from './support/programs.ts'
import { createProject, installedPackages, link } from './support/projects.ts'

const { tarball, files } = inject('rxcall')

describe('the files of rxcall', () => {
  it('include the library, its types, and what one reads first', () => {
    expect(files).toEqual(
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
    const known =
      /^(dist\/(core|adapters|bindings|check|quality|inspect|inspector|testing)\/.*\.(js|d\.ts)|package\.json|[A-Z]+(\.md)?)$/
    expect(files.filter((file) => !known.test(file) || /\.test\.|tsbuildinfo/.test(file))).toEqual([])
  })

  it('run in the oldest browsers that package.json names', async () => {
    const loaded = files.filter((file) =>
      /^dist\/(core|adapters|bindings|check|quality|inspect|inspector)\/.*\.js$/.test(file),
    )
    expect(loaded.length).toBeGreaterThan(50)
    expect(await problemsInOldBrowsers(loaded)).toEqual([])
  })
})

describe('rxcall installed with rxjs', () => {
  /** A project of somebody who installed the package. */
  let project: string
  beforeAll(async () => {
    project = await createProject(tarball, 'rxjs')
  })

  it('brings valibot, and nothing that a server needs', async () => {
    expect(await installedPackages(project)).toEqual(['rxcall', 'rxjs', 'tslib', 'valibot'])
  })

  it('can import all entry points that are for no other library', async () => {
    expect(await emptyEntries(core, project)).toEqual([])
  })

  it('can import all entry points once the libraries of adapters and bindings are there', async () => {
    await link(project, 'socket.io-client', 'simple-peer', 'react', 'vue', 'svelte')
    expect(await emptyEntries(entries, project)).toEqual([])
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
    expect(await lintPackage(tarball)).toContain('All good!')
  })
})

/** The entry points that cannot be imported in the project, with why, or that export nothing. */
async function emptyEntries(entries: readonly string[], project: string): Promise<unknown> {
  const program = `
    const empty = []
    for (const entry of ${JSON.stringify(entries)})
      await import(entry).then(
        (exports) => Object.keys(exports).length > 0 || empty.push(entry),
        (error) => empty.push(entry + ': ' + error.message),
      )
    console.log(JSON.stringify(empty))`
  return JSON.parse(await expectSuccess(runModule(program, project)))
}
