import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { inject, onTestFinished } from 'vitest'
import { root } from '../../../scripts/lib/run.js'
import { temporaryFolder } from '../../package/support/projects.ts'

/** Copies the folder of an example, and nothing else. Its project will install the packed packages. */
export async function copyExample(name: string): Promise<string> {
  const project = await temporaryFolder()
  await cp(join(root, 'examples', name), project, { recursive: true })
  const path = join(project, 'package.json')
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, Record<string, string>>
  for (const dependencies of [manifest.dependencies, manifest.devDependencies])
    for (const packed of ['rxcall', 'rxcall-relay'] as const)
      if (dependencies?.[packed] !== undefined) dependencies[packed] = `file:${inject(packed).tarball}`
  await writeFile(path, JSON.stringify(manifest))
  return project
}

/** Runs `npm start` on a free port until the test ends. Resolves with the address of the page. */
export async function startExample(project: string): Promise<string> {
  const child = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: project,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // npm starts the server in a shell. Killing the process group stops both.
    detached: true,
  })
  onTestFinished(async () => {
    if (child.pid === undefined || child.exitCode !== null) return
    const exited = once(child, 'exit')
    process.kill(-child.pid, 'SIGTERM')
    await exited
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /Local:\s+(http:\/\/\S+?)\/?$/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('npm start ended without the address of a page')
}
