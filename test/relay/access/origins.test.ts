import { describe, expect, it } from 'vitest'
import { allowOrigin } from '../../../server/access/allow-origin.ts'
import { LINES_PER_SECOND } from '../../../server/observing/rate-limit-log.ts'
import { createRelay, type LogEntry, type RelayOptions } from '../../../server/index.ts'
import { originOf } from '../../../server/access/origins.ts'
import { openSocket, randomId, startRelay } from '../support/relay-fixture.ts'

const claim = () => ({ name: `user ${randomId()}`, party: randomId(), secret: randomId() })

/** The outcome of a connection from a page of `origin`: 'welcome' or 'refused'. */
const tryFrom = (url: string, origin: string | undefined, transport: string) =>
  new Promise<string>((resolve) => {
    const socket = openSocket(url, claim(), {
      transports: [transport],
      ...(origin !== undefined && { extraHeaders: { origin } }),
    })
    socket.once('welcome', () => resolve('welcome'))
    socket.once('connect_error', () => resolve('refused'))
  })

describe.each(['websocket', 'polling'])('over %s', (transport) => {
  it("the relay's own page and programs may connect, other pages may not", async () => {
    const { url } = await startRelay()
    expect(await tryFrom(url, url, transport)).toBe('welcome')
    expect(await tryFrom(url, undefined, transport)).toBe('welcome')
    expect(await tryFrom(url, 'https://evil.example', transport)).toBe('refused')
    expect(await tryFrom(url, 'null', transport)).toBe('refused')
  })

  it('listed origins may connect, others may not', async () => {
    const { url } = await startRelay({ origins: ['https://app.example'] })
    expect(await tryFrom(url, 'https://app.example', transport)).toBe('welcome')
    expect(await tryFrom(url, url, transport)).toBe('welcome')
    expect(await tryFrom(url, 'https://app.example.evil', transport)).toBe('refused')
    expect(await tryFrom(url, 'http://app.example', transport)).toBe('refused')
  })

  it('all may connect if configured', async () => {
    for (const origins of ['*', ['*']] as const) {
      const { url } = await startRelay({ origins })
      expect(await tryFrom(url, 'https://any.example', transport)).toBe('welcome')
    }
  })

  it('pages of apps may connect if they are listed', async () => {
    const apps = ['capacitor://localhost', 'ionic://localhost', 'app://.']
    const { url } = await startRelay({ origins: apps })
    for (const app of apps) expect(await tryFrom(url, app, transport), app).toBe('welcome')
    const { url: other } = await startRelay()
    for (const app of apps) expect(await tryFrom(other, app, transport), app).toBe('refused')
  })

  it('a relay for guests on loopback accepts pages of loopback from any port', async () => {
    const { url } = await startRelay()
    for (const page of [
      'http://localhost:5173',
      'https://127.0.0.1',
      'http://[::1]:8080',
      'http://app.localhost',
    ])
      expect(await tryFrom(url, page, transport), page).toBe('welcome')
    for (const page of ['http://localhost.evil.example:5173', 'http://127.0.0.1.evil.example', 'file://'])
      expect(await tryFrom(url, page, transport), page).toBe('refused')
  })
})

it.each<[string, RelayOptions]>([
  ['asks who its users are', { authenticate: () => ({ ok: true, user: 'alice' }) }],
  ['is behind a proxy', { trustedProxies: 1 }],
  ['can be reached from other machines', { host: '0.0.0.0' }],
])('a relay that %s refuses other pages of loopback', async (_, options) => {
  const { url } = await startRelay(options)
  const from = async (origin: string) =>
    (await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })).status
  expect(await from('http://localhost:5173')).toBe(403)
  expect(await from(url)).toBe(200)
})

it('a refused page gets status 403, and a listed one may read the answer', async () => {
  const { url } = await startRelay({ origins: ['https://app.example'] })
  const poll = (origin: string) => fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })
  expect((await poll('https://evil.example')).status).toBe(403)
  const allowed = await poll('https://app.example')
  expect(allowed.status).toBe(200)
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
})

it.each([
  ['http://localhost:3000', 'localhost:3000', true],
  ['https://call.example', 'call.example', true],
  ['http://localhost:3001', 'localhost:3000', false],
  ['http://localhost:3000.evil.example', 'localhost:3000', false],
  ['http://localhost:3000@evil.example', 'localhost:3000', false],
  ['garbage', 'localhost:3000', false],
  ['', 'localhost:3000', false],
  ['null', '', false],
  ['file://', '', false],
  [undefined, 'localhost:3000', true],
  // The default port of the page's own scheme makes no difference, and neither does case.
  ['https://call.example', 'call.example:443', true],
  ['http://call.example', 'call.example:80', true],
  ['https://call.example:443', 'call.example', true],
  ['HTTPS://Call.Example', 'CALL.example', true],
  ['https://call.example', 'call.example:80', false],
  ['http://call.example', 'call.example:443', false],
  ['https://call.example', 'call.example:8443', false],
  ['https://call.example', 'someone@call.example', false],
  ['https://call.example', 'call.example/path', false],
  ['https://bücher.example', 'xn--bcher-kva.example', true],
  ['http://[::1]:3000', '[0:0::1]:3000', true],
  ['capacitor://localhost', 'localhost', false],
  ['app://.', '.', false],
])('origin %j at host %j: %s', (origin, host, allowed) => {
  const headers = { host, ...(origin !== undefined && { origin }) }
  expect(allowOrigin({ headers }, [])).toBe(allowed)
})

it('uses the host of HTTP/2', () => {
  const headers = { ':authority': 'call.example', origin: 'https://call.example' }
  expect(allowOrigin({ headers }, [])).toBe(true)
})

it.each([
  ['https://page.example/', 'https://page.example'],
  ['https://page.example:443', 'https://page.example'],
  ['HTTP://Page.Example:8080', 'http://page.example:8080'],
  ['Capacitor://localhost/', 'capacitor://localhost'],
  ['app://.', 'app://.'],
  ['chrome-extension://abc', 'chrome-extension://abc'],
  ['file://', 'file://'],
  ['https://page.example/path', undefined],
  ['https://page.example?x', undefined],
  ['https://user@page.example', undefined],
  ['https://*.example', undefined],
  ['wss://page.example', undefined],
  ['page.example', undefined],
  ['javascript:alert(1)', undefined],
  ['blob:https://page.example', undefined],
  ['capacitor://localhost/path', undefined],
  ['null', undefined],
  ['', undefined],
])('%j names the origin %j', (text, origin) => {
  expect(originOf(text)).toBe(origin)
})

describe('the origins of createRelay', () => {
  it('may end with a slash', async () => {
    const { url } = await startRelay({ origins: ['https://Page.example:443/'] })
    expect(await tryFrom(url, 'https://page.example', 'websocket')).toBe('welcome')
  })

  it('may be a single text, which is not split', async () => {
    const { url } = await startRelay({ origins: 'https://page.example' as '*' })
    expect(await tryFrom(url, 'https://page.example', 'websocket')).toBe('welcome')
    expect(await tryFrom(url, 'https://page', 'websocket')).toBe('refused')
  })

  it.each([
    ['page.example', /^page\.example is not an origin/],
    ['https://page.example/app', /is not an origin/],
    ['null', /^the origin null cannot be allowed, because every sandboxed/],
  ])('are refused by name at the start: %j', (origin, message) => {
    expect(() => createRelay({ origins: ['https://a.example', origin] })).toThrow(message)
  })
})

describe('a refused origin', () => {
  const refusedFrom = async (origins: readonly string[], options: RelayOptions = {}) => {
    const log: LogEntry[] = []
    const refusedAt: number[] = []
    const { url } = await startRelay({
      ...options,
      log: (entry) => {
        log.push(entry)
        if (entry.event === 'refused') refusedAt.push(Date.now())
      },
    })
    for (const origin of origins) expect(await tryFrom(url, origin, 'websocket')).toBe('refused')
    expect(refusedAt.length).toBeGreaterThanOrEqual(Math.min(origins.length, LINES_PER_SECOND))
    expect(refusedAt.length).toBeLessThanOrEqual(origins.length)
    // However long a busy machine takes for all of them.
    refusedAt
      .slice(LINES_PER_SECOND)
      .forEach((at, i) => expect(at - (refusedAt[i] ?? 0)).toBeGreaterThanOrEqual(990))
    return log.flatMap((entry) => (entry.event === 'warning' ? entry.message : []))
  }

  it('is logged once, with the option that would allow it', async () => {
    const page = 'https://page.example'
    expect(await refusedFrom([page, page, `${page}:8443`], { hosts: [] })).toEqual([
      expect.stringMatching(
        /https:\/\/page\.example; .*--origin https:\/\/page\.example \(origins of createRelay\)/,
      ),
      expect.stringContaining('--origin https://page.example:8443 '),
    ])
  })

  it('is explained if it is null', async () => {
    expect(await refusedFrom(['null', 'null'])).toEqual([expect.stringMatching(/origin null.*sandboxed/)])
  })

  it('is logged a bounded number of times', async () => {
    const origins = Array.from({ length: 40 }, (_, i) => `https://page${i}.example`)
    expect(await refusedFrom([...origins, `https://${'x'.repeat(400)}.example`])).toHaveLength(32)
  })
})
