import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCli } from '../../../server/cli/run-cli.ts'
import { networkAddresses, selfSigned } from '../../../server/http/self-signed.ts'
import { openSocket, openTcp, randomId, startRelay } from '../support/relay-fixture.ts'

/** Asks over HTTPS, trusting `ca` alone. */
const statusOf = (url: string, ca: string | Buffer) =>
  new Promise<number | undefined>((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })

describe('a relay with a certificate', () => {
  it('serves HTTPS, and accepts clients over it', async () => {
    const tls = await selfSigned('localhost')
    const { url } = await startRelay({ tls })
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await statusOf(`${url}/healthz`, tls.cert.toString())).toBe(200)
    const socket = openSocket(
      url,
      { name: 'alice', party: randomId(), secret: randomId() },
      { ca: tls.cert.toString() },
    )
    expect(await new Promise((resolve) => socket.once('welcome', resolve))).toMatchObject({ user: 'alice' })
  })

  it('closes a handshake of TLS that is never finished', async () => {
    const { url } = await startRelay({ tls: await selfSigned('localhost'), limits: { handshakeMs: 200 } })
    const tcp = openTcp(url)
    tcp.resume()
    await once(tcp, 'close')
  })
})

describe('a certificate of --https', () => {
  it('covers all addresses of this machine, for servers only, and expires', async () => {
    const { cert } = await selfSigned('phone.example')
    const made = new X509Certificate(cert)
    for (const name of ['localhost', 'phone.example']) expect(made.checkHost(name), name).toBe(name)
    for (const address of ['127.0.0.1', '::1', ...networkAddresses()])
      expect(made.checkIP(address), address).toBe(address)
    expect(made.ca).toBe(false)
    expect(made.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    const days = (Date.parse(made.validTo) - Date.now()) / (24 * 3600 * 1000)
    expect(days).toBeGreaterThan(29)
    expect(days).toBeLessThan(31)
  })

  it('is different each time', async () => {
    const [one, other] = await Promise.all([selfSigned('localhost'), selfSigned('localhost')])
    expect(one.key).not.toBe(other.key)
  })
})

describe('the command', () => {
  async function run(args: readonly string[]) {
    const stop = new AbortController()
    const [out, err]: [string[], string[]] = [[], []]
    const finished = runCli(
      args,
      {},
      {
        out: (line) => out.push(line),
        err: (line) => err.push(line),
        log: () => undefined,
        stop: stop.signal,
      },
    )
    onTestFinished(async () => {
      stop.abort()
      await finished
    })
    await expect.poll(() => out.length + err.length, { timeout: 10_000 }).toBeGreaterThan(0)
    return { out, err, finished, url: /https?:\S+/.exec(out[0] ?? '')?.[0] ?? '' }
  }

  async function files() {
    const folder = await mkdtemp(join(tmpdir(), 'rxcall-tls-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const { cert, key } = await selfSigned('localhost')
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await writeFile(certFile, cert)
    await writeFile(keyFile, key)
    return { cert: cert.toString(), certFile, keyFile }
  }

  it('serves HTTPS with a certificate that it creates, and prints every address in the network', async () => {
    const { out, url } = await run(['--port=0', '--host=0.0.0.0', '--no-demo', '--https'])
    const { port } = new URL(url)
    expect(url).toBe(`https://localhost:${port}`)
    const hosts = networkAddresses().map((address) => (address.includes(':') ? `[${address}]` : address))
    await expect
      .poll(() => out.slice(1))
      .toEqual(hosts.map((host) => `on the network: https://${host}:${port}`))
    const socket = connectTls({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { raw } = socket.getPeerCertificate()
    socket.destroy()
    expect(await statusOf(`${url}/healthz`, new X509Certificate(raw).toString())).toBe(200)
  })

  it('without HTTPS warns that its network addresses allow no camera', async () => {
    const { out } = await run(['--port=0', '--host=0.0.0.0', '--no-demo'])
    const lines = networkAddresses().length > 0 ? networkAddresses().length + 2 : 1
    await expect.poll(() => out.length).toBe(lines)
    if (lines > 1)
      expect(out.at(-1)).toMatch(/^browsers give no camera or microphone to those addresses.*--https/)
  })

  it('serves HTTPS with the given certificate', async () => {
    const { cert, certFile, keyFile } = await files()
    const { url } = await run(['--port=0', '--no-demo', '--tls-cert', certFile, '--tls-key', keyFile])
    expect(await statusOf(`${url}/healthz`, cert)).toBe(200)
  })

  it('reports in one line what is wrong with a certificate', async () => {
    const { certFile, keyFile } = await files()
    const wrong = [
      [['--tls-cert', certFile], /need each other/],
      [['--tls-cert', '/no/such/file', '--tls-key', keyFile], /\/no\/such\/file cannot be read/],
      [['--tls-cert', keyFile, '--tls-key', certFile], /are not a certificate and its key/],
    ] as const
    for (const [args, problem] of wrong) {
      const { out, err, finished } = await run(['--port=0', ...args])
      expect([out, await finished]).toEqual([[], 1])
      expect(err).toEqual([expect.stringMatching(problem)])
      expect(err[0]).toMatch(/^rxcall-relay: [^\n]+$/)
    }
  })
})
