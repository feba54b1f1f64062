import { once } from 'node:events'
import { createServer as createHttpServer, type Server } from 'node:http'
import { get as getTls } from 'node:https'
import { connect as connectTcp, createServer, type AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRelay } from '../../../server/index.ts'
import { createListener } from '../../../server/http/listen.ts'
import { selfSigned } from '../../../server/http/self-signed.ts'
import { connect, expectOnlyMessage } from '../support/relay-fixture.ts'

const BOTH = ['127.0.0.1', '[::1]']

/** Another program on a port of one address. */
async function occupy(port: number, host: string) {
  const other = createServer().listen(port, host)
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  return (other.address() as AddressInfo).port
}

describe('a relay on localhost', () => {
  const start = async (options: Parameters<typeof createRelay>[0] = {}) => {
    const relay = createRelay({ port: 0, ...options })
    onTestFinished(() => relay.close())
    return { relay, ...(await relay.listen()) }
  }

  it('serves both loopback addresses on one port', async () => {
    const { relay, url, port } = await start()
    expect(url).toBe(`http://localhost:${port}`)
    const [alice, bob] = [
      await connect(`http://127.0.0.1:${port}`, 'alice'),
      await connect(`http://[::1]:${port}`, 'bob'),
    ]
    await expectOnlyMessage(alice, bob)
    await relay.close()
    for (const { gone } of [alice, bob]) expect(await gone).toMatch(/^transport/)
    for (const host of BOTH) await expect(fetch(`http://${host}:${port}`)).rejects.toThrow()
    expect(await relay.listen()).toMatchObject({ url: expect.stringContaining('localhost') as unknown })
  })

  it('serves both with HTTPS', async () => {
    const { port } = await start({ tls: await selfSigned('localhost') })
    const insecure = { rejectUnauthorized: false } as const
    for (const host of BOTH) {
      const [answer] = (await once(getTls(`https://${host}:${port}/healthz`, insecure), 'response')) as [
        { statusCode: number; resume: () => void },
      ]
      answer.resume()
      expect(answer.statusCode, host).toBe(200)
    }
  })

  it('serves metrics on both', async () => {
    const { adminPort } = await start({ admin: { port: 0 } })
    for (const host of BOTH)
      expect((await fetch(`http://${host}:${adminPort}/metrics`)).status, host).toBe(200)
  })

  it.each(['127.0.0.1', '::1'])(
    'rejects if another program has the port on %s, and frees the other',
    async (host) => {
      const port = await occupy(0, host)
      const relay = createRelay({ port })
      onTestFinished(() => relay.close())
      await expect(relay.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' })
      await occupy(port, host === '::1' ? '127.0.0.1' : '::1')
    },
  )

  it('cuts requests that never end at both addresses when it is closed', async () => {
    const { relay, port } = await start()
    const slow = ['127.0.0.1', '::1'].map((host) => connectTcp(port, host).on('error', () => undefined))
    for (const socket of slow) {
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\n')
      await once(socket, 'data')
    }
    const closed = slow.map((socket) => once(socket.resume(), 'close'))
    await relay.close()
    await Promise.all(closed)
  })
})

describe('listenerOf', () => {
  const server = () => createHttpServer((_, response) => response.end('here'))
  const open = async (http: Server, addresses: readonly string[], port = 0) => {
    const listener = createListener(http, () => addresses)
    onTestFinished(() => listener.close())
    return { listener, port: await listener.listen(port, 'localhost') }
  }

  // 192.0.2.1 (RFC 5737) and 2001:db8::1 (RFC 3849) are no addresses of any machine.
  it.each([
    ['127.0.0.1', ['127.0.0.1', '2001:db8::1']],
    ['[::1]', ['192.0.2.1', '::1']],
  ])('serves only %s on a machine without the other', async (host, addresses) => {
    const { port } = await open(server(), addresses)
    expect(await (await fetch(`http://${host}:${port}`)).text()).toBe('here')
  })

  it('rejects if the machine has no such address', async () => {
    const missing = { code: 'EADDRNOTAVAIL' }
    await expect(open(server(), ['192.0.2.1', '2001:db8::1'])).rejects.toMatchObject(missing)
    await expect(open(server(), ['192.0.2.1'])).rejects.toMatchObject(missing)
  })

  it('takes another free port if the first is not free at both addresses', async () => {
    const http = server()
    const taken: number[] = []
    http.once('listening', () => {
      const { port } = http.address() as AddressInfo
      taken.push(port)
      const other = createServer().listen(port, '::1')
      onTestFinished(() => void other.close())
    })
    const { port } = await open(http, ['127.0.0.1', '::1'])
    expect(taken).toHaveLength(1)
    expect(port).not.toBe(taken[0])
    for (const host of BOTH) expect(await (await fetch(`http://${host}:${port}`)).text()).toBe('here')
  })

  it('gives up if no port is free at both', async () => {
    const http = server()
    await expect(open(http, ['127.0.0.1', '127.0.0.1'])).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(http.listening).toBe(false)
  })
})
