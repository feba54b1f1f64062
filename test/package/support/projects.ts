import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { root } from '../../../scripts/lib/run.js'
import { expectSuccess, run } from './programs.ts'

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/** A new folder, which is removed after the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rxcall-package-'))
  folders.push(folder)
  return folder
}

/** An empty project of somebody else, with these packages installed. */
export async function createProject(...packages: readonly string[]): Promise<string> {
  const project = await temporaryFolder()
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await install(project, ...packages)
  return project
}

/** Installs these packages, or without any those of the project's package.json. */
export async function install(project: string, ...packages: readonly string[]): Promise<void> {
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages]
  await expectSuccess(run('npm', args, project))
}

/** Lends the project these packages of the repository. That is much faster than to install them. */
export async function link(project: string, ...packages: readonly string[]): Promise<void> {
  for (const name of packages) {
    const path = join(project, 'node_modules', name)
    await mkdir(dirname(path), { recursive: true })
    await symlink(join(root, 'node_modules', name), path, 'junction')
  }
}

/** The name of every package that is installed in the project, those that others need included. */
export async function installedPackages(project: string): Promise<readonly string[]> {
  const list = await readFile(join(project, 'node_modules/.package-lock.json'), 'utf8')
  const { packages } = JSON.parse(list) as { packages: Record<string, unknown> }
  const names = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ''))
  return [...new Set(names)].sort()
}
