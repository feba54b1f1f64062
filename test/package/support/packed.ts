import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { ensureBuilt } from '../../../scripts/lib/ensure-built.js'
import { root } from '../../../scripts/lib/run.js'
import { expectSuccess, run } from './programs.ts'

export interface Manifest {
  readonly version: string
  readonly exports: Readonly<Record<string, { readonly types: string } | string>>
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** A package as it would be published. */
export interface Packed {
  readonly tarball: string
  /** The paths in it. */
  readonly files: readonly string[]
}

/** The package.json of a package: '.' is rxcall, 'server' is rxcall-relay. */
export const readManifest = async (folder: '.' | 'server') =>
  JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Manifest

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/** A new folder, which is removed after the tests of the file. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rxcall-package-'))
  folders.push(folder)
  return folder
}

/** Packs the package in a folder of the repository. Builds it first if the build is older than the sources. */
export async function pack(folder: '.' | 'server'): Promise<Packed> {
  expect(await ensureBuilt(), 'the build').toBe(true)
  const target = await temporaryFolder()
  const args = ['pack', '--json', '--pack-destination', target]
  const packed = await expectSuccess(run('npm', args, join(root, folder)))
  const [listing] = JSON.parse(packed) as { filename: string; files: { path: string }[] }[]
  return {
    tarball: join(target, listing?.filename ?? ''),
    files: listing?.files.map(({ path }) => path) ?? [],
  }
}

/** An empty project of somebody else, with these packages installed. */
export async function createProject(...packages: readonly string[]): Promise<string> {
  const project = await temporaryFolder()
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await install(project, ...packages)
  return project
}

export async function install(project: string, ...packages: readonly string[]): Promise<void> {
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages]
  await expectSuccess(run('npm', args, project))
}

/** The name of every package that is installed in the project, those that others need included. */
export async function installedPackages(project: string): Promise<readonly string[]> {
  const list = await readFile(join(project, 'node_modules/.package-lock.json'), 'utf8')
  const { packages } = JSON.parse(list) as { packages: Record<string, unknown> }
  const names = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ''))
  return [...new Set(names)].sort()
}
