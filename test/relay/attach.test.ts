import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as SocketIoServer } from 'socket.io'
import { io } from 'socket.io-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createRelay } from '../../server/index.ts'
import { connect, expectOnlyMessage } from './support/relay-fixture.ts'

/** A server, and a relay for it; both end with the test. */
async function host() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const relay = createRelay()
  onTestFinished(async () => {
    await relay.close()
    server.closeAllConnections()
    server.close()
  })
  return { server, relay, at: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A server of `ws`, which answers 400 to upgrades of paths that are not its own, on `/other`. It echoes messages. */
function echoOn(server: ReturnType<typeof createServer>) {
  const echo = new WebSocketServer({ server, path: '/other' })
  echo.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
  onTestFinished(() => echo.clients.forEach((socket) => socket.terminate()))
  return echo
}

async function expectEcho(at: string) {
  const socket = new WebSocket(`ws://${at}/other`)
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  const answered = once(socket, 'message')
  socket.send('hello')
  expect(String((await answered)[0])).toBe('hello')
}

async function expectCalls(at: string) {
  const [alice, bob] = [
    await connect(`http://${at}`, 'alice'),
    await connect(`http://${at}`, 'bob', { transports: ['polling'] }),
  ]
  await expectOnlyMessage(alice, bob)
  alice.socket.disconnect()
  bob.socket.disconnect()
}

describe('a relay beside another WebSocket server', () => {
  it.each(['before', 'after'])('serves its clients if it is attached %s it', async (order) => {
    const { server, relay, at } = await host()
    if (order === 'before') relay.attach(server)
    echoOn(server)
    if (order === 'after') relay.attach(server)
    await expectCalls(at)
    await expectEcho(at)
  })

  it('serves its clients beside Socket.IO on another path', async () => {
    const { server, relay, at } = await host()
    relay.attach(server)
    const other = new SocketIoServer(server, { path: '/chat/' })
    onTestFinished(() => void other.engine.close())
    await expectCalls(at)
    const socket = io(`http://${at}`, { path: '/chat/', transports: ['websocket'], forceNew: true })
    onTestFinished(() => void socket.disconnect())
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)))
  })

  it('hides its requests from listeners that come later, too', async () => {
    const { server, relay, at } = await host()
    relay.attach(server)
    const seen: (string | undefined)[] = []
    server.on('request', ({ url }, response) => {
      seen.push(url)
      response.end('a page')
    })
    await expectCalls(at)
    expect(await (await fetch(`http://${at}/page`)).text()).toBe('a page')
    expect(seen).toEqual(['/page'])
  })

  it('restores the server when it is closed, including later listeners', async () => {
    const { server, relay, at } = await host()
    relay.attach(server)
    echoOn(server)
    await relay.close()
    expect(Object.hasOwn(server, 'emit')).toBe(false)
    await expectEcho(at)
    await expect(connect(`http://${at}`, 'alice')).rejects.toThrow()
    relay.attach(server)
    await expectCalls(at)
  })

  it('can be closed while another wrapper is around the server', async () => {
    const { server, relay, at } = await host()
    relay.attach(server)
    const events: unknown[] = []
    const emitter: { emit: (event: string, ...args: unknown[]) => boolean } = server
    const emit = emitter.emit.bind(server)
    emitter.emit = (event, ...args) => {
      events.push(event)
      return emit(event, ...args)
    }
    await relay.close()
    events.length = 0
    echoOn(server)
    await expectEcho(at)
    expect(events).toContain('upgrade')
  })
})
