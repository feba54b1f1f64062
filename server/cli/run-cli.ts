import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createSecureContext } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { jsonLogger, writeEntry } from './json-log.ts'
import { readCliOptions, type RunOptions } from './options.ts'
import { USAGE } from './usage.ts'
import { createRelay } from '../create-relay.ts'
import { jwtAuthentication } from '../access/jwt-authentication.ts'
import { hostInUrl, type Tls } from '../http/http-server.ts'
import type { Relay } from '../relay-types.ts'
import { networkAddresses, selfSigned } from '../http/self-signed.ts'

/** The command's access to its process. */
export interface CliIo {
  /** Writes a line to standard output. */
  readonly out: (line: string) => void
  /** Writes a line to standard error. */
  readonly err: (line: string) => void
  /** Writes an entry of the log; `err` by default. */
  readonly log?: (line: string) => void
  /** Aborted when the relay has to stop at once. */
  readonly stop: AbortSignal
  /** Aborted when the relay has to stop after its clients have moved to another one. */
  readonly drain?: AbortSignal
}

/**
 * Runs the command `rxcall-relay`. Resolves with the exit code: at once if there is nothing to run, otherwise after `stop` or `drain`
 * was aborted and everything is closed. Reports a mistake of the user in one line, with exit code 1.
 */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { out, err, log = err, stop, drain }: CliIo,
): Promise<number> {
  const fail = (problem: string) => {
    err(`rxcall-relay: ${problem}`)
    return 1
  }
  const options = readCliOptions(args, env)
  if (options.run === 'problem') return fail(options.problem)
  if (options.run === 'help') {
    out(USAGE)
    return 0
  }
  if (options.run === 'version') {
    out(version())
    return 0
  }

  const { port, host, origins, hosts, jwt, turn, admin, limits, trustedProxies, redis } = options
  if (typeof options.demo === 'string' && !isFolder(options.demo))
    return fail(`${options.demo} is not a folder`)
  const demo = options.demo ?? builtDemo()
  const logger = jsonLogger(options.logLevel, log)
  let relay: Relay
  try {
    const tls = await readTls(options)
    relay = createRelay({
      ...(tls && { tls }),
      ...(options.contentSecurityPolicy !== undefined && {
        contentSecurityPolicy: options.contentSecurityPolicy,
      }),
      port,
      host,
      origins,
      ...(hosts && { hosts }),
      ...(demo && { demo }),
      log: (entry) => writeEntry(logger, entry),
      ...(options.logAddresses && { logAddresses: true }),
      ...(admin && { admin }),
      ...(turn && { turn }),
      ...(limits && { limits }),
      ...(trustedProxies !== undefined && { trustedProxies }),
      ...(redis !== undefined && { redis: { url: redis } }),
      ...(jwt && { authenticate: jwtAuthentication(jwt) }),
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  try {
    const { url, adminPort } = await relay.listen()
    out(`rxcall relay on ${url}${demo === undefined ? ' (without the demo: it is not built)' : ''}`)
    const onNetwork = isAnyAddress(host) ? networkAddresses() : []
    for (const address of onNetwork) out(`on the network: ${withHost(url, address)}`)
    if (onNetwork.length > 0 && url.startsWith('http:'))
      out('browsers give no camera or microphone to those addresses: use --https, or a proxy with HTTPS')
    if (admin && adminPort) out(`metrics on http://${hostInUrl(admin.host)}:${adminPort}/metrics`)
  } catch (error) {
    return fail(listenProblem(error, options))
  }
  await Promise.race([aborted(stop), ...(drain ? [aborted(drain)] : [])])
  if (!stop.aborted) await Promise.race([aborted(stop), relay.drain(options.drainMs)])
  await relay.close()
  return 0
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

async function readTls({ https, host }: RunOptions): Promise<Tls | undefined> {
  if (https === undefined) return undefined
  if (https === 'self-signed') return selfSigned(host)
  const [cert, key] = [https.cert, https.key].map((file) => {
    try {
      return readFileSync(file)
    } catch {
      throw new Error(`${file} cannot be read; give the PEM files of the certificate and its key`)
    }
  })
  if (!cert || !key) return undefined
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new Error(
      `${https.cert} and ${https.key} are not a certificate and its key: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
  return { cert, key }
}

const isAnyAddress = (host: string) => host === '0.0.0.0' || host === '::'

/** The same URL at another address of this machine. */
function withHost(url: string, address: string): string {
  const { protocol, port } = new URL(url)
  return `${protocol}//${hostInUrl(address)}:${port}`
}

function listenProblem(error: unknown, { port, host, admin }: RunOptions): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  const where =
    admin && 'of' in error && error.of === 'admin'
      ? { ...admin, portFlag: '--metrics-port', hostFlag: '--metrics-host' }
      : { port, host, portFlag: '--port or PORT', hostFlag: '--host or HOST' }
  if (code === 'EADDRINUSE') return `port ${where.port} is in use; choose another with ${where.portFlag}`
  if (code === 'EACCES') return `port ${where.port} needs more rights; choose another with ${where.portFlag}`
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EAI_AGAIN')
    return `${where.host} is not an address of this machine; choose another with ${where.hostFlag}`
  return error.message
}

/** The demo beside the built server, if it is there. */
function builtDemo(): string | undefined {
  const folder = fileURLToPath(new URL('../demo', import.meta.url))
  return isFolder(folder) ? folder : undefined
}

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory()

// By the package's own name, because the path to package.json differs between the source and the build.
const version = () =>
  (createRequire(import.meta.url)('rxcall-relay/package.json') as { version: string }).version
