import { once } from 'node:events'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { lintPackage } from './support/lint-package.ts'
import { readManifest } from './support/manifest.ts'
import { problemsInOldBrowsers } from './support/old-browsers.ts'
import { bin, expectSuccess, run, runModule } from './support/programs.ts'
import { createProject, installedPackages } from './support/projects.ts'
import { startRelay } from './support/relay-command.ts'

const { tarball, files } = inject('rxcall-relay')
const { version } = await readManifest('server')

/** A project of somebody who installed the package. */
let project: string
beforeAll(async () => {
  project = await createProject(tarball)
})

describe('the files of rxcall-relay', () => {
  it('include the relay, its command, the protocol, and the built demo', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'dist/index.js',
        'dist/index.d.ts',
        'dist/cli/main.js',
        'dist/protocol/index.js',
        'dist/demo/index.html',
        'dist/demo/examples/plain-dom/index.html',
      ]),
    )
  })

  it('include no tests and no sources', () => {
    const known = /^(dist\/(demo\/.*|.*\.(js|d\.ts))|package\.json|[A-Z]+(\.md)?)$/
    expect(files.filter((file) => !known.test(file) || /\.test\.|tsbuildinfo/.test(file))).toEqual([])
  })

  it('include a demo that runs in the oldest browsers that package.json names', async () => {
    const loaded = files.filter((file) => /^dist\/demo\/.*\.js$/.test(file))
    expect(loaded.length).toBeGreaterThan(1)
    expect(await problemsInOldBrowsers(loaded.map((file) => `server/${file}`))).toEqual([])
  })
})

describe('rxcall-relay installed', () => {
  it('brings no library of a client, and not rxcall itself', async () => {
    const installed = await installedPackages(project)
    expect(installed).toContain('socket.io')
    const ofClients = ['rxcall', 'rxjs', 'socket.io-client', 'engine.io-client', 'simple-peer', 'svelte']
    expect(installed.filter((name) => ofClients.includes(name))).toEqual([])
  })

  it('can be imported', async () => {
    const program = `console.log(Object.keys(await import('rxcall-relay')).sort().join())`
    const out = await expectSuccess(runModule(program, project))
    expect(out).toBe('createRelay,defaultLimits,jwtAuthentication,logLine\n')
  })
})

describe('the manifest of rxcall-relay', () => {
  it('passes publint', async () => {
    expect(await lintPackage(tarball)).toContain('All good!')
  })
})

describe('the command rxcall-relay', () => {
  it('prints its version', async () => {
    const out = await expectSuccess(run(bin(project, 'rxcall-relay'), ['--version'], project))
    expect(out).toBe(`${version}\n`)
  })

  it('answers on /healthz, and serves the demo and the example', async () => {
    const { url } = await startRelay(project)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    for (const page of ['/', '/examples/plain-dom/']) {
      const html = await (await fetch(url + page)).text()
      const [, script] = /<script[^>]* src="([^"]+)"/.exec(html) ?? []
      const asset = await fetch(new URL(script ?? 'no script', url + page))
      expect([page, asset.status, asset.headers.get('content-type')]).toEqual([
        page,
        200,
        expect.stringContaining('javascript') as unknown,
      ])
    }
  })

  it('reports a port in use in one line, and exits with 1', async () => {
    const { url } = await startRelay(project)
    const { code, out, err } = await run(bin(project, 'rxcall-relay'), ['--port', new URL(url).port], project)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^[^\n]*in use[^\n]*\n$/)
  })

  it('exits with 0 when it is told to stop', async () => {
    const { child } = await startRelay(project)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
