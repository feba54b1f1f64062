import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ESLint } from 'eslint'
import esX from 'eslint-plugin-es-x'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../../scripts/lib/ensure-built.js'
import { root } from '../../scripts/lib/run.js'
import { builtInsRule } from '../../scripts/lint/browsers/built-ins-rule.js'
import { oldestBrowsers } from '../../scripts/lint/browsers/oldest.js'
import { newerSyntax } from '../../scripts/lint/browsers/syntax.js'

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a program to its end. */
function run(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out, err })
    })
  })
}

async function expectSuccess(outcome: Promise<Outcome>): Promise<string> {
  const { code, out, err } = await outcome
  expect(code, out + err).toBe(0)
  return out
}

const bin = (folder: string, name: string) => join(folder, 'node_modules/.bin', name)

interface Manifest {
  readonly version: string
  readonly exports: Readonly<Record<string, { readonly types: string } | string>>
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
const entries = Object.keys(manifest.exports)
  .filter((entry) => entry !== './package.json')
  .map((entry) => entry.replace('.', 'rxcall'))

const oldest = oldestBrowsers(root)

let scratch: string
let tarball: string
let files: readonly string[]
/** A project of somebody who installed the package. */
let project: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rxcall-package-'))
  expect(await ensureBuilt(), 'the build').toBe(true)
  project = join(scratch, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))

  const packed = await expectSuccess(run('npm', ['pack', '--json', '--pack-destination', scratch], root))
  const [listing] = JSON.parse(packed) as { filename: string; files: { path: string }[] }[]
  files = listing?.files.map(({ path }) => path) ?? []
  tarball = join(scratch, listing?.filename ?? '')
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, 'rxjs']
  await expectSuccess(run('npm', install, project))
})

afterAll(() => rm(scratch, { recursive: true, force: true }))

describe('the files', () => {
  it('are the library, the relay and the built demo', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
        'dist/src/core/index.js',
        'dist/src/core/index.d.ts',
        'dist/server/cli/main.js',
        'dist/demo/index.html',
        'dist/demo/examples/plain-dom/index.html',
      ]),
    )
  })

  it('are no tests, no sources and no leavings of a tool', () => {
    const known = /^(dist\/(src|server)\/.*\.(js|d\.ts)|dist\/demo\/.*|package\.json|[A-Z]+(\.md)?)$/
    expect(files.filter((file) => !known.test(file) || /\.test\.|tsbuildinfo/.test(file))).toEqual([])
  })
})

describe('what browsers load', () => {
  const inBrowsers = /^dist\/(src\/(core|adapters)|demo)\/.*\.js$/

  it('can be parsed by the oldest that package.json names, packages that the demo bundles included', async () => {
    const eslint = new ESLint({
      cwd: root,
      ignore: false,
      overrideConfigFile: true,
      overrideConfig: {
        linterOptions: { reportUnusedDisableDirectives: 'off', noInlineConfig: true },
        plugins: { 'es-x': esX, rxcall: { rules: { 'built-ins': builtInsRule(oldest) } } },
        rules: { ...newerSyntax(oldest), 'rxcall/built-ins': 'error' },
      },
    })
    const loaded = files.filter((file) => inBrowsers.test(file))
    expect(loaded.length).toBeGreaterThan(50)
    const results = await eslint.lintFiles(loaded)
    const found = results.flatMap(({ filePath, messages }) =>
      messages.map(({ line, column, message }) => `${filePath}:${line}:${column} ${message}`),
    )
    // Bundled packages do without these: one is a transport of engine.io-client that `socketIoSignaling` never uses, the other one
    // a property that Svelte sets for development.
    const harmless = /WebTransport is not in|Error\.stackTraceLimit is not in/
    expect(found.filter((problem) => !harmless.test(problem))).toEqual([])
  })
})

describe('the entry points', () => {
  it.each(entries)('%s can be imported in Node.js and exports something', async (entry) => {
    const program = `console.log(Object.keys(await import('${entry}')).length)`
    const out = await expectSuccess(run(process.execPath, ['--input-type=module', '-e', program], project))
    expect(Number(out)).toBeGreaterThan(0)
  })

  it('are found by `moduleResolution: node`, too, which does not read `exports`', () => {
    const types = new Map<string, readonly string[]>()
    for (const [entry, target] of Object.entries(manifest.exports))
      if (entry !== '.' && typeof target !== 'string') types.set(entry.replace('./', ''), [target.types])
    expect(manifest.typesVersions).toEqual({ '*': Object.fromEntries(types) })
  })

  it.each(['NodeNext', 'Bundler', 'Node10'])(
    'have types that a strict project can use (%s)',
    async (resolution) => {
      const imports = entries.map((entry, i) => `export * as entry${i} from '${entry}'`)
      await writeFile(join(project, 'consumer.ts'), imports.join('\n'))
      const options = [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--lib',
        'es2023,dom,dom.iterable',
        '--types',
        'node',
      ]
      const module = resolution === 'NodeNext' ? resolution : 'ESNext'
      const how = ['--module', module, '--moduleResolution', resolution, '--exactOptionalPropertyTypes']
      // TypeScript 6 calls Node10 deprecated, and many projects still have it.
      if (resolution === 'Node10') how.push('--ignoreDeprecations', '6.0')
      await expectSuccess(run(bin(root, 'tsc'), [...options, ...how, 'consumer.ts'], project))
    },
  )

  it('are declared as publint wants it', async () => {
    const out = await expectSuccess(run(bin(root, 'publint'), ['run', tarball, '--strict'], root))
    expect(out).toContain('All good!')
  })

  it('have types that fit them in every kind of module resolution that can import ES modules', async () => {
    // A CommonJS module cannot `require` them before Node.js 22; that is no fault of the types.
    const rules = ['--ignore-rules', 'cjs-resolves-to-esm', '--no-color']
    await expectSuccess(run(bin(root, 'attw'), [tarball, ...rules], root))
  })
})

describe('the command rxcall-relay', () => {
  const started: ChildProcess[] = []
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })

  const relay = () => bin(project, 'rxcall-relay')

  /** Starts a relay on a free port, as a user does, and resolves with where it is. */
  async function startRelay() {
    const child = spawn(relay(), ['--port', '0'], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] })
    started.push(child)
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return { child, url: /http:\/\/\S+/.exec(line)?.[0] ?? line }
  }

  it('tells its version', async () => {
    const out = await expectSuccess(run('npx', ['--no-install', 'rxcall-relay', '--version'], project))
    expect(out).toBe(`${manifest.version}\n`)
  })

  it('answers on /healthz and serves the demo and the example', async () => {
    const { url } = await startRelay()
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

  it('says in one line that the port is in use, and exits with 1', async () => {
    const { url } = await startRelay()
    const { code, out, err } = await run(relay(), ['--port', new URL(url).port], project)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^[^\n]*in use[^\n]*\n$/)
  })

  it('ends in an orderly way when it is told to', async () => {
    const { child } = await startRelay()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
