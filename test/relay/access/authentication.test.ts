import { createServer } from 'node:http'
import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { disconnectAt } from '../../../server/access/token-expiry.ts'
import { jwtAuthentication, logLine, type Authenticate, type Authentication } from '../../../server/index.ts'
import {
  connect as connectAs,
  expectOnlyMessage,
  openSocket,
  randomId,
  refusalOf,
  startRelay,
} from '../support/relay-fixture.ts'
import type { RelaySocket } from '../../../server/relay-socket.ts'

// Long enough for the other algorithms of its kind, too.
const secret = 'a secret of at least 32 bytes, for the tests'.padEnd(80, '.')
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

const sign = (payload: JWTPayload, key = secret, alg = 'HS256') =>
  new SignJWT({ exp: inSeconds(60), ...payload })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key))

const claim = (more: object = {}) => ({ party: randomId(), secret: randomId(), ...more })

/** Connects with a token and no name; resolves with the user whom the relay welcomes. */
function welcomeOf(url: string, auth: object) {
  const socket = openSocket(url, auth)
  return new Promise<unknown>((resolve, reject) => {
    socket.once('welcome', resolve)
    socket.once('connect_error', reject)
  })
}

describe('a relay with tokens', () => {
  const start = () => startRelay({ authenticate: jwtAuthentication({ secret }) })

  it('accepts the subject of a token under its name', async () => {
    const { url } = await start()
    const auth = claim({ token: await sign({ sub: 'alice' }) })
    expect(await welcomeOf(url, auth)).toEqual({ user: 'alice', party: auth.party })
    const bob = await connectAs(url, 'bob', { token: await sign({ sub: 'bob' }) })
    expect(bob.changes).toEqual([{ type: 'all', users: ['alice'] }])
  })

  it('treats everybody with a token of a user as that user, whatever their secret', async () => {
    const { url } = await start()
    const bob = await connectAs(url, 'bob', { token: await sign({ sub: 'bob' }) })
    const [phone, laptop] = [
      await connectAs(url, 'alice', { token: await sign({ sub: 'alice' }) }),
      await connectAs(url, 'alice', { token: await sign({ sub: 'alice' }) }),
    ]
    await expectOnlyMessage(bob, phone)
    expect(laptop.messages).toEqual(phone.messages)
    expect(phone.socket.connected && laptop.socket.connected).toBe(true)
  })

  it('refuses a name that is not the subject', async () => {
    const { url } = await start()
    const token = await sign({ sub: 'mallory' })
    expect(await refusalOf(url, claim({ token, name: 'alice' }))).toMatchObject({ code: 'name-mismatch' })
    expect(await refusalOf(url, claim({ token, name: 'Mallory' }))).toMatchObject({ code: 'name-mismatch' })
  })

  it('accepts only one of several look-alike names at a time, and gives the reason', async () => {
    const { url } = await start()
    const other = await connectAs(url, 'ALICE', { token: await sign({ sub: 'ALICE' }) })
    const alice = claim({ token: await sign({ sub: 'alice' }) })
    expect(await refusalOf(url, alice)).toEqual({
      code: 'name-taken',
      problem: expect.stringMatching(/looks the same.*case/) as unknown,
    })
    const watcher = await connectAs(url, 'bob', { token: await sign({ sub: 'bob' }) })
    other.socket.disconnect()
    await watcher.saw(([, change]) => (change as { type?: string }).type === 'left')
    expect(await welcomeOf(url, alice)).toMatchObject({ user: 'alice' })
  })

  it('refuses a claim without a token', async () => {
    const { url } = await start()
    expect(await refusalOf(url, claim({ name: 'alice' }))).toMatchObject({ code: 'token-missing' })
    expect(await refusalOf(url, claim({ name: 'alice', token: '' }))).toMatchObject({ code: 'invalid-claim' })
    expect(await refusalOf(url, claim({ token: 'x'.repeat(8193) }))).toMatchObject({ code: 'invalid-claim' })
  })

  it.each<[string, () => string | Promise<string>]>([
    ['of nobody', () => sign({})],
    ['without an end', () => sign({ sub: 'alice', exp: undefined as unknown as number })],
    ['of another secret', () => sign({ sub: 'alice' }, 'another secret of at least 32 bytes, say')],
    ['of another algorithm', () => sign({ sub: 'alice' }, secret, 'HS512')],
    ['without a signature', () => new UnsecuredJWT({ sub: 'alice', exp: inSeconds(60) }).encode()],
    ['not valid yet', () => sign({ sub: 'alice', nbf: inSeconds(30) })],
    ['that is text', () => 'garbage'],
    ['that was tampered with', async () => (await sign({ sub: 'alice' })).replace('.', '.e')],
  ])('refuses a token %s', async (_, token) => {
    const { url } = await start()
    expect(await refusalOf(url, claim({ token: await token() }))).toEqual({
      code: 'token-invalid',
      problem: expect.stringMatching(/^the token is not valid: /) as unknown,
    })
  })

  it('asks for a fresh token when one has expired', async () => {
    const { url } = await start()
    const refused = refusalOf(url, claim({ token: await sign({ sub: 'alice', exp: inSeconds(-6) }) }))
    expect(await refused).toMatchObject({ code: 'token-expired' })
  })

  it('refuses a subject that cannot be a name', async () => {
    const { url } = await start()
    for (const sub of [' alice', 'a\nb', 'x'.repeat(65), ''])
      expect(await refusalOf(url, claim({ token: await sign({ sub }) })), sub).toMatchObject({
        code: 'invalid-name',
      })
  })

  it('checks issuer and audience', async () => {
    const authenticate = jwtAuthentication({ secret, issuer: 'https://id.example', audience: 'calls' })
    const { url } = await startRelay({ authenticate })
    const of = (payload: JWTPayload) => sign({ sub: 'alice', ...payload })
    const good = { iss: 'https://id.example', aud: ['mail', 'calls'] }
    expect(await refusalOf(url, claim({ token: await of({}) }))).toMatchObject({ code: 'token-invalid' })
    for (const wrong of [{ iss: 'https://evil.example' }, { aud: 'mail' }])
      expect(await refusalOf(url, claim({ token: await of({ ...good, ...wrong }) }))).toMatchObject({
        code: 'token-invalid',
      })
    expect(await welcomeOf(url, claim({ token: await of(good) }))).toMatchObject({ user: 'alice' })
  })

  it('checks again at a reconnection', async () => {
    let allowed = true
    const authenticate: Authenticate = ({ token = '' }) =>
      allowed ? { ok: true, user: token } : { ok: false, code: 'not-allowed', problem: 'locked out' }
    const { url } = await startRelay({ authenticate })
    const auth = claim({ token: 'alice' })
    const socket = openSocket(url, auth)
    await new Promise((resolve) => socket.once('welcome', resolve))
    allowed = false
    const refused = new Promise<Error>((resolve) => socket.once('connect_error', resolve))
    socket.disconnect().connect()
    expect(await refused).toMatchObject({ data: { code: 'not-allowed', problem: 'locked out' } })
  })
})

describe('a connection whose token expires', () => {
  it('gets the reason, is closed, and releases the name', async () => {
    let end = 0
    const authenticate: Authenticate = () => ({
      ok: true,
      user: 'alice',
      expiresAt: (end = Date.now() + 150),
    })
    const { url } = await startRelay({ authenticate })
    const alice = await connectAs(url, 'alice')
    expect(await alice.gone).toBe('io server disconnect')
    expect(Date.now()).toBeGreaterThanOrEqual(end)
    expect(alice.seen.at(-1)).toEqual([
      'closing',
      { code: 'token-expired', problem: expect.stringContaining('fresh') as unknown },
    ])
    await connectAs(url, 'alice')
  })

  it('stays while the token is valid, even for longer than a timer can wait', async () => {
    const expiresAt = Date.now() + 2 ** 40
    const { url } = await startRelay({
      authenticate: ({ token = '' }) => ({ ok: true, user: token, expiresAt }),
    })
    const alice = await connectAs(url, 'alice', { token: 'alice' })
    const bob = await connectAs(url, 'bob', { token: 'bob' })
    await expectOnlyMessage(alice, bob)
    await expectOnlyMessage(bob, alice)
    expect(alice.seen.filter(([event]) => event === 'closing')).toEqual([])
  })
})

it("waits in several steps for the end of a token that outlives Node's longest timer", () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const told: unknown[] = []
  const socket = Object.assign(new EventEmitter(), {
    emit: (event: string) => told.push(event),
    disconnect: () => told.push('disconnect'),
  })
  const days = 60 * 24 * 3600 * 1000
  disconnectAt(socket as unknown as RelaySocket, Date.now() + days)
  vi.advanceTimersByTime(days - 1)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect(told).toEqual(['closing', 'disconnect'])
})

describe('a custom check', () => {
  it('gets the token and headers of the client, but not its secret', async () => {
    const seen: unknown[] = []
    const { url } = await startRelay({
      authenticate: (handshake) => {
        seen.push(handshake)
        return { ok: true, user: 'alice' }
      },
    })
    const auth = claim({ name: 'alice', token: 'a token' })
    await welcomeOf(url, auth)
    expect(seen).toEqual([
      {
        token: 'a token',
        name: 'alice',
        address: '127.0.0.1',
        headers: expect.objectContaining({ upgrade: 'websocket' }) as unknown,
      },
    ])
    expect(JSON.stringify(seen)).not.toContain(auth.secret)
  })

  it.each<[string, Authenticate]>([
    [
      'throws',
      () => {
        throw new Error('the database is away')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the database is away'))],
  ])('that %s makes the client try again later', async (_, authenticate) => {
    const lines: string[] = []
    const { url } = await startRelay({ authenticate, log: (entry) => lines.push(logLine(entry)) })
    expect(await refusalOf(url, claim({ name: 'alice' }))).toEqual({
      code: 'auth-unavailable',
      problem: expect.stringContaining('later') as unknown,
    })
    expect(lines.join('\n')).toContain('the database is away')
  })

  it('that is slow accepts nobody who has left meanwhile', async () => {
    const answers: ((answer: Authentication) => void)[] = []
    const { url } = await startRelay({
      authenticate: () => new Promise<Authentication>((resolve) => answers.push(resolve)),
    })
    const socket = openSocket(url, claim())
    await expect.poll(() => answers.length).toBe(1)
    const closed = new Promise((resolve) => socket.io.once('close', resolve))
    socket.disconnect()
    await closed
    const bob = connectAs(url, 'bob')
    await expect.poll(() => answers.length).toBe(2)
    answers[0]?.({ ok: true, user: 'alice' })
    answers[1]?.({ ok: true, user: 'bob' })
    expect((await bob).changes).toEqual([{ type: 'all', users: [] }])
  })
})

describe('public keys', () => {
  async function keyServer() {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }]
    let up = true
    const server = createServer((_, response) => {
      if (up) response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }))
      else response.writeHead(503).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const token = (sub: string) =>
      new SignJWT({ sub, exp: inSeconds(60) })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .sign(privateKey)
    const { port } = server.address() as AddressInfo
    return { jwksUrl: `http://127.0.0.1:${port}/keys`, keys, token, down: () => (up = false) }
  }

  it('are fetched, and their tokens are accepted', async () => {
    const { jwksUrl, token } = await keyServer()
    const { url } = await startRelay({ authenticate: jwtAuthentication({ jwksUrl }) })
    expect(await welcomeOf(url, claim({ token: await token('alice') }))).toMatchObject({ user: 'alice' })
  })

  it('cannot be used as an HMAC secret', async () => {
    const { jwksUrl, keys } = await keyServer()
    const { url } = await startRelay({ authenticate: jwtAuthentication({ jwksUrl }) })
    const forged = sign({ sub: 'alice' }, JSON.stringify(keys[0]))
    expect(await refusalOf(url, claim({ token: await forged }))).toMatchObject({ code: 'token-invalid' })
  })

  it('that cannot be fetched are not reported as an invalid token', async () => {
    const { jwksUrl, token, down } = await keyServer()
    down()
    const { url } = await startRelay({ authenticate: jwtAuthentication({ jwksUrl }) })
    expect(await refusalOf(url, claim({ token: await token('alice') }))).toMatchObject({
      code: 'auth-unavailable',
    })
  })
})

it.each([
  [{}, /either a secret or the URL/],
  [{ secret, jwksUrl: 'https://id.example/keys' }, /not both/],
  [{ secret: 'short' }, /at least 32 bytes/],
  [{ jwksUrl: 'ftp://id.example' }, /not a URL of keys/],
])('reports that tokens cannot be checked by %j', (options, problem) => {
  expect(() => jwtAuthentication(options)).toThrow(problem)
})
