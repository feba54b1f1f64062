import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished } from 'vitest'
import { root } from '../../../scripts/lib/run.js'
import { builtProgram } from '../../nodes/support/built-program.ts'
import { randomId } from '../../relay/support/relay-fixture.ts'
import { productionCommand, tells } from './production-command.ts'
import { reverseProxy } from './reverse-proxy.ts'
import type { Target } from './target.ts'
import { tokenFor, type Issuer } from './tokens.ts'

const program = builtProgram(join(root, 'server/cli/main.ts'))

/** The origin that its pages come from. */
export const pages = 'https://app.example.org'

/** What has to differ from production, for a test on loopback. */
const LOCAL = [
  ['--port', '0'],
  ['--host', '127.0.0.1'],
  ['--metrics-port', '0'],
  ['--metrics-host', '127.0.0.1'],
  ['--origin', pages],
  ['--no-demo'],
] as const

/** Collects garbage when it is told to. The command itself runs as it always does. */
const sweeper = `process.on('message', () => {
  for (let i = 0; i < 4; i += 1) gc()
  process.send('swept')
})
process.channel.unref()`

/** A relay in a separate process, started with the command line of docs/deploy.md. */
export interface Production {
  readonly url: string
  /** Where `/metrics` is. */
  readonly metricsUrl: string
  /** How its tokens are made. */
  readonly issuer: Issuer
  /** The URLs of the TURN servers that it has credentials for. */
  readonly turnUrls: readonly string[]
  /** What it has logged, an entry a line. */
  readonly log: readonly string[]
  /** The relay as a client with this address reaches it. */
  readonly from: (address: string) => Promise<Target>
  /** The value of a metric that has no labels. */
  readonly metric: (name: string) => Promise<number>
  /** The memory in use without garbage, in bytes. */
  readonly bytes: () => Promise<number>
  readonly isRunning: () => boolean
  /** Tells it to stop, as systemd does; resolves with its exit code. */
  readonly stop: () => Promise<number | null>
}

export async function startProduction(): Promise<Production> {
  const document = readFileSync(join(root, 'docs/deploy.md'), 'utf8')
  const { env, args } = productionCommand(document, () => randomBytes(32).toString('hex'))
  for (const [flag] of LOCAL) expect(tells(document, flag), `docs/deploy.md tells of ${flag}`).toBe(true)
  const valuesOf = (flag: string) => args.filter((_, i) => args[i - 1] === flag)

  const child = fork(program(), [...args, ...LOCAL.flat()], {
    env: { ...process.env, ...env },
    execArgv: ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(sweeper)}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const log: string[] = []
  if (!child.stdout || !child.stderr) throw new Error('the relay has no output')
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const [url, metricsUrl] = await new Promise<readonly [string, string]>((resolve, reject) => {
    const urls: string[] = []
    createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on('line', (line) => {
      urls.push(...(/http:\S+/.exec(line) ?? []))
      const [own, metrics] = urls
      if (own !== undefined && metrics !== undefined) resolve([own, metrics])
    })
    child.once('close', () => reject(new Error(`the relay ended before it listened: ${log.join('\n')}`)))
  })

  const issuer = {
    secret: env.RXCALL_JWT_SECRET ?? '',
    issuer: valuesOf('--jwt-issuer').join(),
    audience: valuesOf('--jwt-audience').join(),
  }
  const metric = async (name: string) => {
    const text = await (await fetch(metricsUrl)).text()
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN)
  }
  return {
    url,
    metricsUrl,
    issuer,
    turnUrls: valuesOf('--turn-url'),
    log,
    metric,
    async from(address) {
      const claim = async (name: string) => ({
        name,
        party: randomId(),
        secret: randomId(),
        token: await tokenFor(issuer, name),
      })
      return { url: await reverseProxy(url, address), claim }
    },
    async bytes() {
      const swept = once(child, 'message')
      child.send('sweep')
      await swept
      return (await metric('nodejs_heap_size_used_bytes')) + (await metric('nodejs_external_memory_bytes'))
    },
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      const exited = once(child, 'exit') as Promise<[number | null]>
      child.kill('SIGTERM')
      return (await exited)[0]
    },
  }
}
