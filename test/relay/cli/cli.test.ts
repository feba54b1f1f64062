import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readCliOptions } from '../../../server/cli/options.ts'
import { FLAGS } from '../../../server/cli/usage.ts'
import { defaultLimits } from '../../../server/index.ts'
import { runCli } from '../../../server/cli/run-cli.ts'
import { connect, randomId, refusalOf, startRelay } from '../support/relay-fixture.ts'

type Env = Record<string, string | undefined>

/** Runs the command to its end. */
async function run(args: readonly string[], env: Env = {}) {
  const out: string[] = []
  const err: string[] = []
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const code = await runCli(args, env, { ...io, stop: AbortSignal.abort() })
  return { code, out, err }
}

/** Runs the command until the test ends or `stop` is called; resolves with its first line. */
async function start(args: readonly string[], env: Env = {}) {
  const [stop, drain] = [new AbortController(), new AbortController()]
  const [lines, log]: [string[], Record<string, unknown>[]] = [[], []]
  let finished: Promise<number> | undefined
  const line = await new Promise<string>((resolve, reject) => {
    finished = runCli(args, env, {
      out: (text) => {
        lines.push(text)
        resolve(text)
      },
      err: (text) => reject(new Error(text)),
      log: (text) => log.push(JSON.parse(text) as Record<string, unknown>),
      stop: stop.signal,
      drain: drain.signal,
    })
  })
  onTestFinished(async () => {
    stop.abort()
    await finished
  })
  const [url = ''] = /http:\S+/.exec(line) ?? []
  return { line, lines, log, url, stop, drain, finished }
}

describe('the command', () => {
  it('prints one line with its URL, serves, and stops cleanly', async () => {
    const { line, url, stop, finished } = await start(['--port', '0', '--host', '127.0.0.1', '--no-demo'])
    expect(line).toMatch(/^rxcall relay on http:\/\/127\.0\.0\.1:\d+( |$)/)
    const alice = await connect(url, 'alice')
    stop.abort()
    expect(await finished).toBe(0)
    expect(await alice.gone).toMatch(/^transport/)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('drains on a signal, and exits with 0 once its clients have gone', async () => {
    const { url, log, drain, finished } = await start(['--port=0', '--no-demo', '--drain=60'])
    const alice = await connect(url, 'alice')
    drain.abort()
    expect(await alice.saw(([event]) => event === 'closing')).toMatchObject([
      'closing',
      { code: 'moving', withinMs: 60_000 },
    ])
    alice.socket.disconnect()
    expect(await finished).toBe(0)
    expect(log).toMatchObject([
      { event: 'draining', connections: 1, level: 30, msg: expect.anything() as unknown },
    ])
  })

  it('stops at once on a second signal', async () => {
    const { url, stop, drain, finished } = await start(['--port=0', '--no-demo', '--drain=999'])
    const alice = await connect(url, 'alice')
    drain.abort()
    await alice.saw(([event]) => event === 'closing')
    stop.abort()
    expect(await finished).toBe(0)
    expect(await alice.gone).toMatch(/^transport/)
  })

  it('logs JSON, with users and addresses only if configured', async () => {
    const refused = { event: 'refused', code: 'invalid-name', level: 30 }
    const usual = await start(['--port=0', '--no-demo'])
    await connect(usual.url, 'alice')
    await refusalOf(usual.url, {})
    await expect.poll(() => usual.log).toMatchObject([refused])
    expect(JSON.stringify(usual.log)).not.toMatch(/alice|127\.0\.0\.1|::1/)

    const more = await start(['--port=0', '--no-demo', '--log-level=debug'], { RXCALL_LOG_ADDRESSES: '1' })
    await connect(more.url, 'alice')
    await expect
      .poll(() => more.log)
      .toMatchObject([
        { event: 'connected', user: 'alice', address: expect.stringMatching(/127\.0\.0\.1|::1/) as unknown },
      ])
  })

  it('serves metrics at the configured address, and prints it', async () => {
    const { lines } = await start(['--port=0', '--no-demo', '--metrics-port=0', '--metrics-host=127.0.0.1'])
    await expect.poll(() => lines).toHaveLength(2)
    const url = /^metrics on (http:\S+)$/.exec(lines[1] ?? '')?.[1] ?? ''
    expect(await (await fetch(url)).text()).toContain('rxcall_connections 0')
  })

  it('reads port and host from the environment', async () => {
    const { url } = await start(['--no-demo'], { PORT: '0', HOST: '127.0.0.1' })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  it('serves the given folder', async () => {
    const demo = await mkdtemp(join(tmpdir(), 'rxcall-cli-'))
    onTestFinished(() => rm(demo, { recursive: true }))
    await writeFile(join(demo, 'index.html'), 'a demo')
    const { url } = await start(['--port=0', '--demo', demo])
    const page = await fetch(url)
    expect(await page.text()).toBe('a demo')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const open = await start(['--port=0', '--demo', demo, '--csp=off'])
    expect((await fetch(open.url)).headers.get('content-security-policy')).toBe(null)
  })

  it('lets pages of the given origins connect', async () => {
    const { url } = await start([
      '--port=0',
      '--origin',
      'https://app.example',
      '--origin',
      'https://b.example/',
      '--origin=capacitor://localhost',
    ])
    const status = async (origin: string) =>
      (await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })).status
    expect([await status('https://app.example'), await status('https://b.example')]).toEqual([200, 200])
    expect(await status('capacitor://localhost')).toBe(200)
    expect(await status('https://c.example')).toBe(403)
    const all = await start(['--port=0', '--no-demo', '--origin=*'])
    const url2 = `${all.url}/socket.io/?EIO=4&transport=polling`
    expect((await fetch(url2, { headers: { origin: 'https://c.example' } })).status).toBe(200)
  })

  it('answers to the given hosts', async () => {
    const { url, log } = await start(['--port=0', '--no-demo', '--allow-host', 'call.example.org'])
    const status = async (host: string) =>
      new Promise((resolve, reject) =>
        get(`${url}/healthz`, { headers: { host } }, (answer) => resolve(answer.resume().statusCode)).on(
          'error',
          reject,
        ),
      )
    expect(await status('call.example.org')).toBe(200)
    expect(await status('evil.example')).toBe(403)
    expect(log).toMatchObject([{ event: 'warning', level: 40 }])
  })

  it('accepts tokens if it is configured to check them', async () => {
    const secret = 'a secret of at least 32 bytes, for the tests'
    const { url } = await start(['--port=0', '--no-demo', '--jwt-audience=calls'], {
      RXCALL_JWT_SECRET: secret,
    })
    const token = (audience: string) =>
      new SignJWT({ sub: 'alice' })
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(audience)
        .setExpirationTime('1 minute')
        .sign(new TextEncoder().encode(secret))
    const claim = { party: randomId(), secret: randomId() }
    expect(await refusalOf(url, { ...claim, name: 'alice' })).toMatchObject({ code: 'token-missing' })
    expect(await refusalOf(url, { ...claim, token: await token('mail') })).toMatchObject({
      code: 'token-invalid',
    })
    await connect(url, 'alice', { token: await token('calls') })
  })

  it('issues TURN credentials', async () => {
    const { url } = await start(
      ['--port=0', '--no-demo', '--turn-url', 'turn:turn.example', '--turn-ttl=60'],
      {
        RXCALL_TURN_SECRET: 'shared',
      },
    )
    const alice = await connect(url, 'alice')
    expect(alice.seen).toContainEqual(['ice-servers', expect.objectContaining({ ttlMs: 60_000 })])
  })

  it('applies the given limits to its clients', async () => {
    const { url } = await start(['--port=0', '--no-demo', '--limit', 'connectionsPerAddress=1'])
    await connect(url, 'alice')
    await expect(connect(url, 'bob')).rejects.toMatchObject({ data: { code: 'too-many-connections' } })
  })

  it('reports in one line that the port is in use', async () => {
    const { url } = await startRelay()
    const { port } = new URL(url)
    const { code, out, err } = await run(['--host', '127.0.0.1', '--port', port])
    expect({ code, out, err }).toEqual({
      code: 1,
      out: [],
      err: [`rxcall-relay: port ${port} is in use; choose another with --port or PORT`],
    })
  })

  it('names the metrics options when their port or host fails', async () => {
    const { url } = await startRelay()
    const { port } = new URL(url)
    const metrics = (port: string, host: string) =>
      run(['--host=127.0.0.1', '--port=0', '--no-demo', '--metrics-port', port, '--metrics-host', host])
    expect(await metrics(port, '127.0.0.1')).toEqual({
      code: 1,
      out: [],
      err: [`rxcall-relay: port ${port} is in use; choose another with --metrics-port`],
    })
    expect(await metrics('0', '192.0.2.1')).toMatchObject({
      err: ['rxcall-relay: 192.0.2.1 is not an address of this machine; choose another with --metrics-host'],
    })
  })

  it('reports in one line that the host is not an address of this machine', async () => {
    const { code, err } = await run(['--port', '0', '--host', '192.0.2.1'])
    expect({ code, err }).toEqual({
      code: 1,
      err: ['rxcall-relay: 192.0.2.1 is not an address of this machine; choose another with --host or HOST'],
    })
  })

  it.each([
    [['--port', 'abc'], /abc is not a port/],
    [['--port', '70000'], /70000 is not a port/],
    [['--port', '-1'], /--port/],
    [['--port', '1e3'], /1e3 is not a port/],
    [['--port='], / is not a port/],
    [['--port'], /--port/],
    [['--host='], /--host/],
    [['--demo', '/no/such/folder'], /not a folder/],
    [['--demo', 'x', '--no-demo'], /not both/],
    [['--origin', 'example.org'], /not an origin/],
    [['--origin', 'https://example.org/path'], /not an origin/],
    [['--origin', 'javascript:alert(1)'], /not an origin/],
    [['--origin', 'null'], /null cannot be allowed, because every sandboxed frame/],
    [['--origin', 'https://*.example.org'], /not an origin/],
    [['--allow-host', 'https://call.example.org'], /not a host; give one such as call.example.org/],
    [['--allow-host', 'call.example.org/path'], /not a host/],
    [['--limit', 'connections'], /connections is not a limit/],
    [['--limit', 'toString=1'], /toString=1 is not a limit/],
    [['--limit', 'handshakeMs=off'], /handshakeMs=off is not a limit/],
    [['--limit', 'connections=many'], /connections=many is not a limit/],
    [['--limit', 'connections=5/60'], /connections=5\/60 is not a limit/],
    [['--limit', 'invitesPerUser=5'], /invitesPerUser=5 is not a limit; .*N\/SECONDS/],
    [['--limit', 'invitesPerUser=5/0'], /is not a limit/],
    [['--trusted-proxies', 'all'], /all is not a number of proxies/],
    [['--turn-url', 'turn:turn.example'], /need each other/],
    [['--turn-secret', 'x'], /need each other/],
    [['--turn-ttl', '60'], /need/],
    [['--turn-url', 'turn.example', '--turn-secret', 'x'], /no TURN server/],
    [['--turn-url', 'turn:a:99999', '--turn-secret', 'x'], /"turn:a:99999": its port is not a number/],
    [['--turn-url', 'turn:a?x=y', '--turn-secret', 'x'], /"turn:a\?x=y": the only parameter/],
    [['--turn-url', 'turn:turn.example', '--turn-secret', 'x', '--turn-ttl', 'long'], /NaN seconds/],
    [['--csp', "default-src 'self'\nset-cookie: x"], /one line/],
    [['--log-level', 'loud'], /loud is not a log level/],
    [['--metrics-port', 'x'], /x is not a port/],
    [['--metrics-host', '0.0.0.0'], /--metrics-host needs --metrics-port/],
    [['--drain', 'long'], /long is not a drain time/],
    [['--jwt-secret', 'short'], /at least 32 bytes/],
    [['--jwt-secret', 'x'.repeat(32), '--jwt-jwks-url', 'https://id.example/keys'], /not both/],
    [['--jwt-jwks-url', 'id.example'], /not a URL of keys/],
    [['--jwt-issuer', 'https://id.example'], /need --jwt-secret/],
    [['--redis', 'localhost:6379'], /not the URL of a Redis/],
    [['--redis='], /not the URL of a Redis/],
    [['--wrong'], /--wrong/],
    [['extra'], /extra/],
  ])('refuses %j in one line', async (args, message) => {
    const { code, out, err } = await run(args)
    expect({ code, out }).toEqual({ code: 1, out: [] })
    expect(err).toHaveLength(1)
    expect(err[0]).toMatch(message)
    expect(err[0]).toMatch(/^rxcall-relay: [^\n]+$/)
  })

  it('refuses a wrong port in the environment', async () => {
    expect(await run([], { PORT: 'many' })).toMatchObject({
      code: 1,
      err: ['rxcall-relay: many is not a port; give a number from 0 to 65535'],
    })
  })

  it('prints its help', async () => {
    const { code, out, err } = await run(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: [] })
    for (const { name, env } of FLAGS) {
      expect(out.join('\n')).toContain(`--${name} `)
      if (env !== undefined) expect(out.join('\n')).toContain(`[${env}]`)
    }
  })

  it('prints every limit and its default', async () => {
    const help = (await run(['--help'])).out.join('\n')
    for (const name of Object.keys(defaultLimits)) expect(help).toMatch(new RegExp(` ${name}=\\d`))
  })

  it('prints its version', async () => {
    const { code, out } = await run(['--version'])
    expect({ code, out }).toEqual({ code: 0, out: [expect.stringMatching(/^\d+\.\d+\.\d+/)] })
  })
})

describe('its options', () => {
  it('default to port 3000 of localhost', () => {
    const defaults = {
      run: 'relay',
      port: 3000,
      host: 'localhost',
      demo: undefined,
      origins: [],
      logLevel: 'info',
      drainMs: 10_000,
    }
    expect(readCliOptions([], {})).toEqual(defaults)
    expect(readCliOptions([], { PORT: '', HOST: '' })).toEqual(defaults)
  })

  it('override the environment', () => {
    expect(readCliOptions(['--port=1', '--host=a'], { PORT: '2', HOST: 'b' })).toMatchObject({
      port: 1,
      host: 'a',
    })
    expect(readCliOptions([], { PORT: '2', HOST: 'b' })).toMatchObject({ port: 2, host: 'b' })
  })

  it('set limits, which come from the environment, too', () => {
    const limits = { connections: 5, invitesPerUser: { points: 3, seconds: 60 }, backlogBytes: Infinity }
    const given = ['connections=5', 'invitesPerUser=3/60', 'backlogBytes=off']
    expect(
      readCliOptions(
        given.map((limit) => `--limit=${limit}`),
        {},
      ),
    ).toMatchObject({ limits })
    expect(readCliOptions([], { RXCALL_LIMITS: given.join(' '), RXCALL_TRUSTED_PROXIES: '1' })).toMatchObject(
      {
        limits,
        trustedProxies: 1,
      },
    )
    expect(readCliOptions(['--limit=invitesPerUser=off'], {})).toMatchObject({
      limits: { invitesPerUser: { points: Infinity, seconds: 60 } },
    })
  })

  it('read a list from the environment', () => {
    const env = { RXCALL_ORIGINS: 'https://a.example, https://b.example' }
    expect(readCliOptions([], env)).toMatchObject({ origins: ['https://a.example', 'https://b.example'] })
    expect(readCliOptions([], { RXCALL_ALLOW_HOSTS: 'a.example,b.example' })).toMatchObject({
      hosts: ['a.example', 'b.example'],
    })
    expect(readCliOptions(['--origin=https://c.example'], env)).toMatchObject({
      origins: ['https://c.example'],
    })
  })

  it('read the URL of a Redis from the flag or the environment', () => {
    const env = { REDIS_URL: 'redis://a' }
    expect(readCliOptions([], {})).not.toHaveProperty('redis')
    expect(readCliOptions([], env)).toMatchObject({ redis: 'redis://a' })
    expect(readCliOptions(['--redis', 'rediss://b'], env)).toMatchObject({ redis: 'rediss://b' })
  })
})
