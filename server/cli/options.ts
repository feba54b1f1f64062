import type { LevelWithSilent } from 'pino'
import { problemOfHost } from '../access/allow-host.ts'
import { LOG_LEVELS } from './json-log.ts'
import { parseFlags, type Environment, type Given } from './flags.ts'
import { readLimits } from './limit-flags.ts'
import { FLAGS } from './usage.ts'
import type { JwtOptions } from '../access/jwt-authentication.ts'
import { problemOfOrigin } from '../access/origins.ts'
import { problemOfRedisUrl } from '../redis/connection/redis-url.ts'
import type { RelayLimits } from '../limits/relay-limits.ts'
import type { TurnOptions } from '../access/turn-credentials.ts'

/** The parsed options, or one line that says what is wrong with them. */
export type CliOptions =
  | { readonly run: 'help' }
  | { readonly run: 'version' }
  | { readonly run: 'problem'; readonly problem: string }
  | RunOptions

export interface RunOptions {
  readonly run: 'relay'
  readonly port: number
  readonly host: string
  /** A folder that the user named; `false` for none, `undefined` for the built demo if it is there. */
  readonly demo: string | false | undefined
  readonly origins: readonly string[]
  /** Hosts that the relay answers to. If undefined, the address that it listens on decides. */
  readonly hosts?: readonly string[]
  readonly turn?: TurnOptions
  readonly contentSecurityPolicy?: string | false
  /** HTTPS with a self-signed certificate, or with one from files; HTTP without it. */
  readonly https?: 'self-signed' | { readonly cert: string; readonly key: string }
  readonly logLevel: LevelWithSilent
  readonly logAddresses?: true
  readonly admin?: { readonly port: number; readonly host: string }
  /** How long clients have to move to another relay, in milliseconds. */
  readonly drainMs: number
  readonly limits?: Partial<RelayLimits>
  readonly trustedProxies?: number
  /** How tokens are checked. Without it, users are guests. */
  readonly jwt?: JwtOptions
  /** The URL of the Redis through which to join other relays. */
  readonly redis?: string
}

/** A mistake of the user, in one line. */
class Problem extends Error {}

/** Reads the command line; flags win over the environment. Never throws. */
export function readCliOptions(args: readonly string[], env: Environment): CliOptions {
  const given = parseFlags(FLAGS, args, env)
  if (typeof given === 'string') return { run: 'problem', problem: given }
  if (given.isOn('help')) return { run: 'help' }
  if (given.isOn('version')) return { run: 'version' }
  try {
    return {
      run: 'relay',
      port: portIn(given.text('port') ?? '3000'),
      host: hostOf(given),
      demo: demoOf(given),
      origins: originsOf(given),
      ...hostsOf(given),
      ...jwtOf(given),
      ...policyOf(given),
      ...httpsOf(given),
      logLevel: logLevelOf(given),
      ...(given.isOn('log-addresses') && { logAddresses: true }),
      ...adminOf(given),
      drainMs: drainOf(given),
      ...turnOf(given),
      ...limitsOf(given),
      ...proxiesOf(given),
      ...redisOf(given),
    }
  } catch (thrown) {
    if (thrown instanceof Problem) return { run: 'problem', problem: thrown.message }
    throw thrown
  }
}

function policyOf({ text }: Given): Pick<RunOptions, 'contentSecurityPolicy'> {
  const given = text('csp')
  if (given === undefined) return {}
  // The value of a header is one line (RFC 9110, 5.5).
  if (!/^[\x20-\x7e]+$/.test(given)) throw new Problem('--csp needs a policy in one line of ASCII, or off')
  return { contentSecurityPolicy: given === 'off' ? false : given }
}

function httpsOf({ text, isOn }: Given): Pick<RunOptions, 'https'> {
  const [cert, key] = [text('tls-cert'), text('tls-key')]
  if (cert !== undefined && key !== undefined) return { https: { cert, key } }
  if (cert !== undefined || key !== undefined) throw new Problem('--tls-cert and --tls-key need each other')
  return isOn('https') ? { https: 'self-signed' } : {}
}

function logLevelOf({ text }: Given): LevelWithSilent {
  const given = text('log-level') ?? 'info'
  const level = LOG_LEVELS.find((each) => each === given)
  if (level === undefined)
    throw new Problem(`${given} is not a log level; give one of ${LOG_LEVELS.join(', ')}`)
  return level
}

function adminOf({ text }: Given): Pick<RunOptions, 'admin'> {
  const [port, host] = [text('metrics-port'), text('metrics-host')]
  if (port !== undefined) return { admin: { port: portIn(port), host: host || 'localhost' } }
  if (host !== undefined) throw new Problem('--metrics-host needs --metrics-port beside it')
  return {}
}

function drainOf({ text }: Given): number {
  const given = text('drain') ?? '10'
  if (!/^\d{1,3}$/.test(given)) throw new Problem(`${given} is not a drain time; give 0 to 999 seconds`)
  return Number(given) * 1000
}

function turnOf({ text, list }: Given): Pick<RunOptions, 'turn'> {
  const [urls, secret, ttl] = [list('turn-url'), text('turn-secret'), text('turn-ttl')]
  if (urls.length === 0 && secret === undefined) {
    if (ttl === undefined) return {}
    throw new Problem('--turn-ttl needs --turn-url and --turn-secret beside it')
  }
  if (urls.length === 0 || secret === undefined)
    throw new Problem('--turn-url and --turn-secret need each other')
  return { turn: { urls, secret, ...(ttl !== undefined && { ttlSeconds: Number(ttl || 'none') }) } }
}

function limitsOf({ list }: Given): Pick<RunOptions, 'limits'> {
  const limits = readLimits(list('limit'))
  if (typeof limits === 'string') throw new Problem(limits)
  return Object.keys(limits).length > 0 ? { limits } : {}
}

function proxiesOf({ text }: Given): Pick<RunOptions, 'trustedProxies'> {
  const given = text('trusted-proxies')
  if (given === undefined) return {}
  if (!/^\d$/.test(given)) throw new Problem(`${given} is not a number of proxies; give one from 0 to 9`)
  return { trustedProxies: Number(given) }
}

function redisOf({ text }: Given): Pick<RunOptions, 'redis'> {
  const redis = text('redis')
  if (redis === undefined) return {}
  const problem = problemOfRedisUrl(redis)
  if (problem !== undefined) throw new Problem(problem)
  return { redis }
}

function portIn(given: string): number {
  const port = Number(given)
  if (!/^\d{1,5}$/.test(given) || port > 65_535)
    throw new Problem(`${given} is not a port; give a number from 0 to 65535`)
  return port
}

function hostOf({ text }: Given): string {
  const host = text('host') ?? 'localhost'
  if (host === '') throw new Problem('--host needs an address, such as localhost or 0.0.0.0')
  return host
}

function demoOf({ text, isOn }: Given): RunOptions['demo'] {
  const demo = text('demo')
  if (isOn('no-demo') && demo !== undefined) throw new Problem('give --demo or --no-demo, not both')
  if (demo === '') throw new Problem('--demo needs a folder')
  return isOn('no-demo') ? false : demo
}

function originsOf({ list }: Given): RunOptions['origins'] {
  const origins = list('origin')
  refuseProblems(origins.map(problemOfOrigin))
  return origins
}

function hostsOf({ list }: Given): Pick<RunOptions, 'hosts'> {
  const hosts = list('allow-host')
  refuseProblems(hosts.map(problemOfHost))
  return hosts.length > 0 ? { hosts } : {}
}

function refuseProblems(problems: readonly (string | undefined)[]): void {
  const first = problems.find((problem) => problem !== undefined)
  if (first !== undefined) throw new Problem(first)
}

function jwtOf({ text }: Given): { readonly jwt?: JwtOptions } {
  const [secret, jwksUrl] = [text('jwt-secret'), text('jwt-jwks-url')]
  const [issuer, audience] = [text('jwt-issuer'), text('jwt-audience')]
  if (secret === undefined && jwksUrl === undefined) {
    if (issuer === undefined && audience === undefined) return {}
    throw new Problem('--jwt-issuer and --jwt-audience need --jwt-secret or --jwt-jwks-url beside them')
  }
  return {
    jwt: {
      ...(secret !== undefined && { secret }),
      ...(jwksUrl !== undefined && { jwksUrl }),
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    },
  }
}
