import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { layers } from '../../scripts/lint/layers.js'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly engines: unknown
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const manifestIn = (folder: string) => JSON.parse(read(`${folder}/package.json`)) as Manifest
const [library, relay] = [manifestIn('.'), manifestIn('server')]

/** What is there for the package's code after an installation. */
const installedFor = ({ dependencies, optionalDependencies, peerDependencies }: Manifest) =>
  Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })

/** The packages that the layers below these folders may import. */
const importedIn = (folders: readonly string[]) => {
  const inFolders = layers.filter(({ path }) =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`)),
  )
  const names = inFolders.flatMap(({ packages }) => packages.filter((name) => typeof name === 'string'))
  return [...new Set(names.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name))].sort()
}

describe('rxcall and rxcall-relay', () => {
  it('have the same version, licence and oldest Node.js', () => {
    const common = ({ version, license, engines }: Manifest) => ({ version, license, engines })
    expect(common(relay)).toEqual(common(library))
    expect(read('server/LICENSE')).toBe(read('LICENSE'))
  })

  it('do not depend on each other', () => {
    expect(installedFor(library)).not.toContain(relay.name)
    expect(installedFor(relay)).not.toContain(library.name)
  })

  it('declare exactly the packages that their layers may import', () => {
    const ofLibrary = importedIn(['src/core', 'src/adapters', 'src/bindings', 'src/testing'])
    // Its types need a compiler, which nothing imports.
    expect(installedFor(library).sort()).toEqual([...ofLibrary, 'typescript'].sort())
    expect(installedFor(relay).sort()).toEqual(importedIn(['server']))
  })

  it('take the packages that both need in the same versions', () => {
    for (const [name, range] of Object.entries(library.dependencies))
      if (name in relay.dependencies) expect([name, relay.dependencies[name]]).toEqual([name, range])
  })
})
