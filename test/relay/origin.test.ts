import { describe, expect, it } from 'vitest'
import { allowOrigin } from '../../server/allow-origin.ts'
import { openSocket, randomId, startRelay } from './relay-fixture.ts'

const claim = () => ({ name: `user ${randomId()}`, party: randomId(), secret: randomId() })

/** 'welcome', or 'refused', of a page from `origin`. */
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
  it('a page of the relay itself may connect, another may not, a program may', async () => {
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

  it('all may connect if told so', async () => {
    const { url } = await startRelay({ origins: '*' })
    expect(await tryFrom(url, 'https://any.example', transport)).toBe('welcome')
  })
})

it('is refused with status 403, and a listed one may read the answer', async () => {
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
])('origin %j at host %j: %s', (origin, host, allowed) => {
  const headers = { host, ...(origin !== undefined && { origin }) }
  expect(allowOrigin({ headers }, [])).toBe(allowed)
})
