import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { createRelay } from '../../../server/index.ts'
import { selfSigned } from '../../../server/http/self-signed.ts'
import { startRelay } from '../support/relay-fixture.ts'

async function demoFolder() {
  const root = await mkdtemp(join(tmpdir(), 'rxcall-demo-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const demo = join(root, 'demo')
  await mkdir(demo)
  await writeFile(join(root, 'outside.txt'), 'secret')
  await writeFile(join(demo, 'index.html'), '<!doctype html>demo')
  await writeFile(join(demo, 'app.js'), 'export {}')
  await writeFile(join(demo, '.env'), 'secret')
  return demo
}

/** The answer to a request whose path is sent as it is. */
const get = (url: string, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const { port } = new URL(url)
    request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode, body }))
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })

const read = async (response: Response) => {
  await response.text()
  return response
}

it('serves the files of the folder with their types', async () => {
  const { url } = await startRelay({ demo: await demoFolder() })
  const page = await fetch(url)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(await page.text()).toBe('<!doctype html>demo')
  expect((await fetch(`${url}/app.js`)).headers.get('content-type')).toMatch(/javascript/)
  expect((await fetch(`${url}/nothing.js`)).status).toBe(404)
})

it('answers /healthz with or without a demo', async () => {
  for (const demo of [undefined, await demoFolder()]) {
    const { url } = await startRelay(demo === undefined ? {} : { demo })
    expect(await get(url, '/healthz')).toEqual({ status: 200, body: 'ok' })
    expect(await get(url, '/healthz?probe=1')).toEqual({ status: 200, body: 'ok' })
  }
  const { url } = await startRelay()
  expect(await get(url, '/')).toEqual({ status: 404, body: 'not found' })
})

it('carries security headers everywhere', async () => {
  const { url } = await startRelay({ demo: await demoFolder() })
  for (const path of ['/', '/app.js', '/healthz', '/nothing', '/socket.io/?EIO=4&transport=polling']) {
    const { headers } = await fetch(url + path)
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(headers.get('referrer-policy'), path).toBe('no-referrer')
  }
})

it('lets its pages load only their own files, and run no inline script', async () => {
  const { url } = await startRelay({ demo: await demoFolder() })
  for (const path of ['/', '/app.js']) {
    const { headers } = await fetch(url + path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers.get('permissions-policy')).toContain('camera=(self)')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  }
})

it('accepts another policy, or none', async () => {
  const demo = await demoFolder()
  const policyOf = async (contentSecurityPolicy: string | false) => {
    const { url } = await startRelay({ demo, contentSecurityPolicy })
    return (await fetch(url)).headers.get('content-security-policy')
  }
  expect(await policyOf("default-src 'self'")).toBe("default-src 'self'")
  expect(await policyOf(false)).toBe(null)
})

it.each([
  '/../outside.txt',
  '/%2e%2e/outside.txt',
  '/..%2foutside.txt',
  '/.env',
  '/%2eenv',
  '/%',
  '/%00',
  '/%ff',
  '//',
  '/\\..\\outside.txt',
])('does not serve %s', async (path) => {
  const { url } = await startRelay({ demo: await demoFolder() })
  expect((await get(url, path)).body).not.toContain('secret')
  expect(await get(url, '/healthz')).toMatchObject({ status: 200 })
})

it.each(['bytes=5-2', 'bytes=-1', 'bytes=99-', 'bytes', '-', 'bytes=0-1,3-4'])(
  'survives the range %s',
  async (range) => {
    const { url } = await startRelay({ demo: await demoFolder() })
    expect(await get(url, '/app.js', { range })).toEqual({ status: 200, body: 'export {}' })
  },
)

it('survives a file that is deleted while it runs', async () => {
  const demo = await demoFolder()
  const { url } = await startRelay({ demo })
  await rm(join(demo, 'app.js'))
  await expect(get(url, '/app.js')).rejects.toThrow()
  expect(await get(url, '/healthz')).toMatchObject({ status: 200 })
})

it('answers requests in order, also to a client that sends many', async () => {
  const { url } = await startRelay({ demo: await demoFolder() })
  const statuses = []
  for (let i = 0; i < 40; i += 1) statuses.push((await fetch(`${url}/app.js`).then(read)).status)
  expect(statuses).toEqual(Array(40).fill(200))
})

it.each(['http', 'https'])('ends a connection of %s whose client reads no answer', async (protocol) => {
  const demo = await demoFolder()
  await writeFile(join(demo, 'large.js'), 'x'.repeat(16 * 1024 * 1024))
  const { url } = await startRelay({
    demo,
    limits: { slowMs: 100, handshakeMs: 60_000 },
    ...(protocol === 'https' && { tls: await selfSigned('localhost') }),
  })
  const at = { host: '127.0.0.1', port: Number(new URL(url).port) }
  const socket = protocol === 'https' ? connectTls({ ...at, rejectUnauthorized: false }) : connectTcp(at)
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  socket.write('GET /large.js HTTP/1.1\r\nHost: localhost\r\n\r\n')
  // A client that does not read notices the end only when it writes. A server ignores empty lines before a request.
  const isEnded = () => {
    socket.write('\r\n')
    return socket.destroyed
  }
  await expect.poll(isEnded, { interval: 1000, timeout: 10_000 }).toBe(true)
})

it('refuses other methods', async () => {
  const { url } = await startRelay({ demo: await demoFolder() })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await get(url, '/', {}, method)).status, method).toBe(405)
  expect(await get(url, '/', {}, 'HEAD')).toEqual({ status: 200, body: '' })
})

it('rejects a missing folder', async () => {
  const relay = createRelay({ port: 0, demo: join(tmpdir(), 'rxcall-no-such-folder') })
  await expect(relay.listen()).rejects.toMatchObject({ code: 'ENOENT' })
})

it('leads /lab to the page in that folder, also behind a proxy that serves it in another folder', async () => {
  const { url } = await startRelay({ demo: await demoFolder() })
  const response = await fetch(`${url}/lab`, { redirect: 'manual' })
  expect(response.status).toBe(302)
  expect(response.headers.get('location')).toBe('lab/')
})
