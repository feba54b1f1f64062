import { EventEmitter, once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect as connectTcp, type AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRelay, logLine } from '../../server/index.ts'
import { connect, expectOnlyMessage, startRelay } from './support/relay-fixture.ts'

const upgrade = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`

function openTcp(url: string) {
  const socket = connectTcp(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  return socket
}

describe('a relay with its own server', () => {
  it('reports its URL and port', async () => {
    const relay = createRelay({ port: 0, host: '0.0.0.0' })
    onTestFinished(() => relay.close())
    const { url, port } = await relay.listen()
    expect(url).toBe(`http://localhost:${port}`)
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('ok')
  })

  it('rejects when the port is in use, and can try again when it is free', async () => {
    const { relay: first, url } = await startRelay()
    const second = createRelay({ port: Number(new URL(url).port), host: '127.0.0.1' })
    onTestFinished(() => second.close())
    await expect(second.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await first.close()
    expect((await second.listen()).url).toBe(url)
  })

  it('listens only once at a time', async () => {
    const { relay } = await startRelay()
    await expect(relay.listen()).rejects.toThrow(/once/)
    expect(() => relay.attach(createServer())).toThrow(/once/)
  })

  it('closes every connection, which clients treat as a loss, and frees the port', async () => {
    const { relay, url } = await startRelay()
    const clients = [
      await connect(url, 'alice'),
      await connect(url, 'bob'),
      await connect(url, 'carol', { transports: ['polling'] }),
    ]
    const seen = clients.map((client) => client.seen.length)
    await relay.close()
    // The client library reconnects by itself after these reasons.
    for (const client of clients) expect(await client.gone).toMatch(/^transport (close|error)$/)
    expect(clients.map((client) => client.seen.length)).toEqual(seen)
    await expect(fetch(url)).rejects.toThrow()
    await relay.close()
  })

  it('cuts a WebSocket that does not close', async () => {
    const { relay, url } = await startRelay()
    const silent = openTcp(url)
    silent.write(upgrade('/socket.io/?EIO=4&transport=websocket'))
    await once(silent, 'data')
    const closed = once(silent, 'close')
    const before = performance.now()
    await relay.close()
    silent.resume()
    await closed
    expect(performance.now() - before).toBeLessThan(10_000)
  })

  it('cuts a request that never ends', async () => {
    const { relay, url } = await startRelay()
    const slow = openTcp(url)
    slow.write('GET / HTTP/1.1\r\nHost: localhost\r\n')
    const closed = once(slow, 'close')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    await relay.close()
    slow.resume()
    await closed
  })

  it('can be closed while it starts to listen', async () => {
    const relay = createRelay({ port: 0, host: 'localhost' })
    const started = relay.listen()
    await relay.close()
    const { url } = await started
    await expect(fetch(url)).rejects.toThrow()
  })

  it('rejects any other upgrade', async () => {
    const { url } = await startRelay()
    const socket = openTcp(url)
    socket.write(upgrade('/elsewhere'))
    socket.resume()
    await once(socket, 'close')
  })
})

describe('an attached relay', () => {
  async function hostServer() {
    const hotReload = new EventEmitter()
    const server = createServer((request, response) => response.end(`host: ${request.url}`))
    server.on('upgrade', (request, socket) => {
      if (request.url !== '/hot-reload') return
      hotReload.once('answer', () => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhost upgrade'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const lines: string[] = []
    const relay = createRelay({ log: (entry) => lines.push(logLine(entry)) })
    onTestFinished(() => relay.close())
    return {
      server,
      relay,
      lines,
      hotReload,
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    }
  }
  const listeners = (server: Server) =>
    (['request', 'upgrade', 'close', 'listening'] as const).map((event) => server.rawListeners(event))

  it('serves clients beside the listeners of its server', async () => {
    const { server, relay, url } = await hostServer()
    relay.attach(server)
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob', { transports: ['polling'] })
    await expectOnlyMessage(alice, bob)
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('host: /healthz')
    server.on('request', (request) => later.push(request.url))
    const later: (string | undefined)[] = []
    expect(await (await fetch(`${url}/page`)).text()).toBe('host: /page')
    expect(later).toContain('/page')
  })

  it('leaves upgrades for other paths to others', async () => {
    const { server, relay, url, hotReload } = await hostServer()
    relay.attach(server)
    const { url: elsewhere } = await startRelay()
    const waiting = openTcp(url)
    waiting.write(upgrade('/hot-reload'))
    await once(server, 'upgrade')
    const answered = once(waiting, 'data') as Promise<[Buffer]>
    // A relay with its own server drops such an upgrade after a while. By then, this one would have, too.
    const dropped = openTcp(elsewhere)
    dropped.write(upgrade('/hot-reload'))
    dropped.resume()
    await once(dropped, 'close')
    hotReload.emit('answer')
    expect((await answered)[0].toString()).toContain('host upgrade')
  })

  it('detaches completely and leaves its server running', async () => {
    const { server, relay, lines, url } = await hostServer()
    const before = listeners(server)
    relay.attach(server)
    expect(listeners(server)).not.toEqual(before)
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob', { transports: ['polling'] })
    await relay.close()
    expect(lines.slice(-2)).toEqual(['disconnected: alice', 'disconnected: bob'])
    expect(await alice.gone).toMatch(/^transport (close|error)$/)
    expect(await bob.gone).toMatch(/^transport (close|error)$/)
    expect(listeners(server)).toEqual(before)
    expect(await (await fetch(`${url}/socket.io/`)).text()).toBe('host: /socket.io/')
    relay.attach(server)
    await connect(url, 'alice')
  })
})
