import { describeFlags, type Flag } from './flags.ts'
import { describeLimits } from './limit-flags.ts'

/** Every flag, in the order of the help. */
export const FLAGS: readonly Flag[] = [
  { name: 'port', value: 'N', env: 'PORT', help: ['port to listen on (default: 3000)'] },
  {
    name: 'host',
    value: 'H',
    env: 'HOST',
    help: [
      'address to listen on (default: localhost, which is both',
      '127.0.0.1 and ::1; 0.0.0.0 to be reachable from other machines)',
    ],
  },
  { name: 'demo', value: 'DIR', help: ['folder to serve (default: the built demo)'] },
  { name: 'no-demo', help: ['serve no folder'] },
  {
    name: 'csp',
    value: 'TEXT',
    env: 'RXCALL_CSP',
    help: ['its Content-Security-Policy, or off (default: a strict one that fits the demo)'],
  },
  {
    name: 'https',
    env: 'RXCALL_HTTPS',
    help: [
      'use HTTPS, with a certificate made at the start: browsers warn about it once, and give',
      'the page a camera on other machines, too',
    ],
  },
  {
    name: 'tls-cert',
    value: 'FILE',
    env: 'RXCALL_TLS_CERT',
    help: ['use HTTPS with this certificate (PEM, with its chain)'],
  },
  { name: 'tls-key', value: 'FILE', env: 'RXCALL_TLS_KEY', help: ['and its private key (PEM)'] },
  {
    name: 'origin',
    value: 'URL',
    env: 'RXCALL_ORIGINS',
    multiple: true,
    help: [
      'let pages of this origin connect too, such as https://example.org or',
      'capacitor://localhost; may be repeated, * for all',
    ],
  },
  {
    name: 'allow-host',
    value: 'HOST',
    env: 'RXCALL_ALLOW_HOSTS',
    multiple: true,
    help: [
      'a name that people reach the relay by, such as call.example.org; may be repeated, *',
      'for all. Requests for other names are refused (default: on loopback, without',
      '--trusted-proxies, all but those of loopback; otherwise none, with a warning)',
    ],
  },
  {
    name: 'jwt-secret',
    value: 'TEXT',
    env: 'RXCALL_JWT_SECRET',
    help: [
      'let in clients with a JSON Web Token that is signed with this secret (HS256, at least',
      '32 bytes); others can see a command line, so put it into the environment instead',
    ],
  },
  {
    name: 'jwt-jwks-url',
    value: 'URL',
    env: 'RXCALL_JWT_JWKS_URL',
    help: ['the same with public keys, which are fetched from here'],
  },
  {
    name: 'jwt-issuer',
    value: 'TEXT',
    env: 'RXCALL_JWT_ISSUER',
    help: ['the issuer that a token must have'],
  },
  {
    name: 'jwt-audience',
    value: 'TEXT',
    env: 'RXCALL_JWT_AUDIENCE',
    help: ['the audience that a token must have'],
  },
  {
    name: 'turn-url',
    value: 'URL',
    env: 'RXCALL_TURN_URLS',
    multiple: true,
    help: [
      'a TURN server that clients get credentials for, such as turn:turn.example.org; may be',
      'repeated, up to 8 times',
    ],
  },
  {
    name: 'turn-secret',
    value: 'TEXT',
    env: 'RXCALL_TURN_SECRET',
    help: ['the secret that it shares with the relay (static-auth-secret of coturn)'],
  },
  {
    name: 'turn-ttl',
    value: 'SECONDS',
    env: 'RXCALL_TURN_TTL',
    help: ['how long the credentials are valid (default: 3600)'],
  },
  {
    name: 'limit',
    value: 'NAME=N',
    env: 'RXCALL_LIMITS',
    multiple: true,
    help: [
      'set a limit; may be repeated. A rate is written N/SECONDS, and N may',
      'be off. The limits, with their defaults:',
      ...describeLimits(),
    ],
  },
  {
    name: 'trusted-proxies',
    value: 'N',
    env: 'RXCALL_TRUSTED_PROXIES',
    help: ['proxies in front, each of which adds to X-Forwarded-For (default: 0)'],
  },
  {
    name: 'log-level',
    value: 'LEVEL',
    env: 'RXCALL_LOG_LEVEL',
    help: ['what to log, as JSON on standard error: debug, info, warn, error or silent', '(default: info)'],
  },
  { name: 'log-addresses', env: 'RXCALL_LOG_ADDRESSES', help: ['log the addresses of clients, too'] },
  {
    name: 'metrics-port',
    value: 'N',
    env: 'RXCALL_METRICS_PORT',
    help: ['serve /metrics for Prometheus on this port, beside /healthz and /readyz'],
  },
  {
    name: 'metrics-host',
    value: 'H',
    env: 'RXCALL_METRICS_HOST',
    help: ['the address for that (default: localhost)'],
  },
  {
    name: 'drain',
    value: 'SECONDS',
    env: 'RXCALL_DRAIN',
    help: [
      'on SIGTERM, have clients move to another relay within this time, before',
      'stopping (default: 10)',
    ],
  },
  {
    name: 'redis',
    value: 'URL',
    env: 'REDIS_URL',
    help: ['join all relays that share this Redis, such as redis://127.0.0.1:6379'],
  },
  { name: 'help', short: 'h', help: ['show this'] },
  { name: 'version', help: ['show the version'] },
]

export const USAGE = `Usage: rxcall-relay [options]

Relays the signaling messages of rxcall clients, and serves the demo. What stands in brackets is the
variable of the environment that an option is read from where it is not given.

${describeFlags(FLAGS)}`
