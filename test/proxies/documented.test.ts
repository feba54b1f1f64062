import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createRelay, type LogEntry } from '../../server/index.ts'
import { openSocket, randomId } from '../relay/support/relay-fixture.ts'
import { startCaddy } from './support/caddy.ts'
import { startNginx } from './support/nginx.ts'
import { documented } from './support/proxy.ts'

const HOST = 'call.example.org'
const PAGE = `https://${HOST}`

const proxies = {
  nginx: (block: string, relayPort: number) => startNginx(block, relayPort, true),
  caddy: startCaddy,
}

/** A relay as docs/deploy.md has it behind a proxy, on localhost. */
async function startBehind() {
  const demo = mkdtempSync(join(tmpdir(), 'rxcall-behind-'))
  onTestFinished(() => rmSync(demo, { recursive: true }))
  writeFileSync(join(demo, 'index.html'), 'the demo')
  const log: LogEntry[] = []
  const relay = createRelay({
    port: 0,
    demo,
    trustedProxies: 1,
    hosts: [HOST],
    logAddresses: true,
    log: (entry) => log.push(entry),
  })
  const { port } = await relay.listen()
  onTestFinished(() => relay.close())
  return { port, log }
}

/** What asks the proxy as if its name led to this machine, and its port were the usual one. */
function visitor(port: number) {
  const agent = new Agent({
    rejectUnauthorized: false,
    lookup: (_name, { all }, done) =>
      all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  })
  onTestFinished(() => agent.destroy())
  const get = (path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status?: number; text: string; location?: string }>((resolve, reject) => {
      const asked = request({ host: HOST, port, path, agent, headers: { host: HOST, ...headers } })
      asked.once('error', reject)
      asked.once('response', (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        const { statusCode: status = 0, headers: answered } = response
        response.once('end', () => resolve({ status, text, location: answered.location ?? '' }))
      })
      asked.end()
    })
  /** Connects over WebSocket as a page of `origin` does; 'welcome', or why not. */
  const join = (path: string, name: string, origin = PAGE) =>
    new Promise<string>((resolve) => {
      const claim = { name, party: randomId(), secret: randomId() }
      const socket = openSocket(`https://${HOST}:${port}`, claim, {
        path,
        agent: agent as never,
        extraHeaders: { host: HOST, origin, 'x-forwarded-for': '203.0.113.9' },
      })
      socket.once('welcome', () => resolve('welcome'))
      socket.once('connect_error', (error) => resolve(error.message))
    })
  return { get, join }
}

const blocks = (['nginx', 'caddy'] as const).flatMap((proxy) =>
  documented(proxy).map((block) => ({
    proxy,
    block,
    folder: block.includes('/calls/') ? '/calls' : '',
    at: block.includes('/calls/') ? '/calls/' : '/',
  })),
)

it('docs/deploy.md has a block for each proxy, at the root and in a folder', () => {
  expect(blocks.map(({ proxy, folder }) => `${proxy} ${folder}`)).toEqual([
    'nginx ',
    'nginx /calls',
    'caddy ',
    'caddy /calls',
  ])
})

it.each(blocks)('the documented $proxy accepts clients at $at', async ({ proxy, block, folder }) => {
  const relay = await startBehind()
  const { get, join } = visitor(await proxies[proxy](block, relay.port))
  expect(await get(`${folder}/`)).toMatchObject({ status: 200, text: 'the demo' })
  expect(await get(`${folder}/healthz`)).toMatchObject({ status: 200, text: 'ok' })
  if (folder !== '') expect((await get(folder)).location).toMatch(/\/calls\/$/)
  const poll = `${folder}/socket.io/?EIO=4&transport=polling`
  expect((await get(poll, { origin: PAGE })).status).toBe(200)
  expect((await get(poll, { origin: 'https://evil.example' })).status).toBe(403)

  expect(await join(`${folder}/socket.io`, 'alice')).toBe('welcome')
  expect(await join(`${folder}/socket.io`, 'mallory', 'https://evil.example')).not.toBe('welcome')
  expect(relay.log).toContainEqual(
    // A client cannot make up the address that it comes from.
    { event: 'connected', user: 'alice', address: '127.0.0.1' },
  )
  expect(relay.log.filter((entry) => entry.event === 'refused').map(({ code }) => code)).toEqual([
    'origin',
    'origin',
  ])
})
