import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createRelay, type LogEntry, type RelayOptions } from '../../server/index.ts'

// DNS rebinding: a page of evil.example has its own name looked up again, and the answer is now 127.0.0.1. The browser takes the
// relay there for the page's own server, and sends it the page's host and origin.

const POLL = '/socket.io/?EIO=4&transport=polling'
const UPGRADE = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }

/** The status and the text of what is answered to a page of `http://HOST`. */
const ask = (port: number, host: string, path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      headers: { host, origin: `http://${host}`, ...headers },
    })
    asked.once('upgrade', ({ statusCode: status }, socket) => {
      socket.destroy()
      resolve({ status, text: '' })
    })
    asked.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode, text }))
    })
    asked.once('error', reject)
    asked.end()
  })

const handshake = (port: number, host: string) =>
  ask(port, host, '/socket.io/?EIO=4&transport=websocket', {
    ...UPGRADE,
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  })

async function start(options: RelayOptions) {
  const demo = await mkdtemp(join(tmpdir(), 'rxcall-rebinding-'))
  onTestFinished(() => rm(demo, { recursive: true }))
  await writeFile(join(demo, 'index.html'), 'a demo')
  const log: LogEntry[] = []
  const relay = createRelay({
    port: 0,
    host: '127.0.0.1',
    admin: { port: 0, host: '127.0.0.1' },
    demo,
    log: (entry) => log.push(entry),
    ...options,
  })
  const { port, adminPort = 0 } = await relay.listen()
  onTestFinished(() => relay.close())
  const statuses = async (host: string) => [
    (await handshake(port, host)).status,
    (await ask(port, host, POLL)).status,
    ...(await Promise.all(['/', '/healthz', '/readyz'].map((path) => ask(port, host, path)))).map(
      ({ status }) => status,
    ),
    ...(await Promise.all(['/metrics', '/healthz'].map((path) => ask(adminPort, host, path)))).map(
      ({ status }) => status,
    ),
  ]
  return { port, log, statuses }
}

const LET_IN = [101, 200, 200, 200, 200, 200, 200]
/** Engine.IO refuses every upgrade with 400. */
const REFUSED = [400, 403, 403, 403, 403, 403, 403]

it('a relay on loopback answers only to the names of loopback', async () => {
  const { port, statuses } = await start({})
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
    expect(await statuses(host), host).toEqual(LET_IN)
  for (const host of [`evil.example:${port}`, 'evil.example', `localhost.evil.example:${port}`, '192.0.2.1'])
    expect(await statuses(host), host).toEqual(REFUSED)
})

it('a relay on loopback also answers to configured hosts', async () => {
  const { statuses } = await start({ hosts: ['Call.example'] })
  expect(await statuses('call.example:443')).toEqual(LET_IN)
  expect(await statuses('evil.example:3000')).toEqual(REFUSED)
})

it('a relay behind a proxy answers to configured hosts, or to all if none are configured', async () => {
  const known = await start({ trustedProxies: 1, hosts: ['call.example'] })
  expect(await known.statuses('call.example')).toEqual(LET_IN)
  expect(await known.statuses('evil.example')).toEqual(REFUSED)
  const open = await start({ trustedProxies: 1 })
  // No proxy stands in front of the metrics.
  expect(await open.statuses('call.example')).toEqual([...LET_IN.slice(0, 5), 403, 403])
})

it('explains a refused host once in the log, and to the client', async () => {
  const { port, log } = await start({})
  for (const path of ['/', '/', POLL]) {
    const { text } = await ask(port, 'my-pc.example:3000', path)
    if (path === '/') expect(text).toContain('--allow-host my-pc.example')
  }
  const warnings = log.filter(({ event }) => event === 'warning')
  expect(warnings).toEqual([
    { event: 'warning', message: expect.stringMatching(/--allow-host my-pc\.example /) as unknown },
  ])
  expect(log).toContainEqual(expect.objectContaining({ event: 'refused', code: 'host' }))
})

it('an attached relay checks hosts if they are configured', async () => {
  const attached = async (options: RelayOptions) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const relay = createRelay(options)
    relay.attach(server)
    onTestFinished(async () => {
      await relay.close()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    return async (host: string) => [
      (await handshake(port, host)).status,
      (await ask(port, host, POLL)).status,
    ]
  }
  const open = await attached({})
  expect(await open('evil.example')).toEqual([101, 200])
  const known = await attached({ hosts: ['call.example'] })
  expect(await known('call.example')).toEqual([101, 200])
  expect(await known('localhost:3000')).toEqual([101, 200])
  expect(await known('evil.example')).toEqual([400, 403])
})
