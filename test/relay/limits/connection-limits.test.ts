import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Server } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { connectionLimits } from '../../../server/limits/connection-limits.ts'
import { memoryLimiter } from '../../../server/limits/limiter.ts'
import { logLine } from '../../../server/observing/log.ts'
import { defaultLimits } from '../../../server/limits/relay-limits.ts'
import type { RelaySocket } from '../../../server/relay-socket.ts'
import {
  connect,
  openTcp,
  randomId,
  rawClient,
  refusalOf,
  startRelay,
  upgradeRequest,
} from '../support/relay-fixture.ts'

const claim = (name = `user ${randomId()}`) => ({ name, party: randomId(), secret: randomId() })

const inOrOut = [() => 'in', () => 'out'] as const

const from = (address: string) => ({ extraHeaders: { 'x-forwarded-for': address } })

describe('connections', () => {
  it('from one address are limited, until one has gone', async () => {
    const { url } = await startRelay({ limits: { connectionsPerAddress: 1 } })
    const alice = await connect(url, 'alice')
    expect(await refusalOf(url, claim())).toEqual({
      code: 'too-many-connections',
      problem: 'at most 1 connections from one address; close others first',
    })
    alice.socket.disconnect()
    await expect
      .poll(async () =>
        connect(url, 'carol').then(
          () => 'in',
          () => 'out',
        ),
      )
      .toBe('in')
  })

  it('are forgotten once all connections from an address are gone', () => {
    const limits = { ...defaultLimits, connectionsPerAddress: 1 }
    const guard = connectionLimits({
      limits,
      trustedProxies: 0,
      create: memoryLimiter,
      failed: () => {},
      giveWay: () => {},
    })
    const request = { headers: {}, socket: { remoteAddress: '203.0.113.1' } } as IncomingMessage
    const open = () => {
      const conn = { request } as RelaySocket['conn']
      const key = guard.opened(conn)
      return () => guard.closed(conn, key)
    }
    open()()
    const closed = open()
    expect(guard.mayOpen(request)).toBe(true)
    open()
    expect(guard.mayOpen(request)).toBe(false)
    closed()
    expect(guard.mayOpen(request)).toBe(true)
  })

  it('far beyond the limit are not even opened', async () => {
    const { url } = await startRelay({ limits: { connectionsPerAddress: 1 } })
    await connect(url, 'alice')
    const { tcp } = await rawClient(url)
    expect((await rawClient(url)).status).toBe('400')
    tcp.destroy()
    await expect.poll(async () => (await rawClient(url)).status).toBe('101')
  })

  it('may arrive by the thousand at once', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen')
    onTestFinished(() => listen.mockRestore())
    await startRelay()
    expect(listen).toHaveBeenCalledWith(expect.objectContaining({ backlog: 8192 }), expect.anything())
  })

  it('of all addresses together are limited', async () => {
    const { url } = await startRelay({ limits: { connections: 1 } })
    await connect(url, 'alice')
    expect(await refusalOf(url, claim())).toMatchObject({ code: 'relay-full' })
  })

  it('that are not accepted yet count separately, and a new one replaces the oldest', async () => {
    const lines: string[] = []
    const { relay, url } = await startRelay({
      limits: { connections: 2, handshakes: 2 },
      log: (entry) => lines.push(logLine(entry)),
    })
    const silent = [await rawClient(url), await rawClient(url), await rawClient(url)] as const
    for (const { tcp } of silent) tcp.resume()
    if (!silent[0].tcp.destroyed) await once(silent[0].tcp, 'close')
    expect(lines).toEqual(['refused a connection: gave-way'])
    expect(await relay.metrics()).toContain('rxcall_refusals_total{code="gave-way"} 1\n')

    const alice = await connect(url, 'alice')
    await connect(url, 'bob')
    expect(await refusalOf(url, claim())).toMatchObject({ code: 'relay-full' })
    for (let i = 0; i < 5; i += 1) await rawClient(url)
    expect(await refusalOf(url, claim())).toMatchObject({ code: 'relay-full' })
    alice.socket.disconnect()
    await expect.poll(() => connect(url, 'carol').then(...inOrOut)).toBe('in')
    expect(await refusalOf(url, claim())).toMatchObject({ code: 'relay-full' })
  })

  it('stay within the limit when several are accepted at once', async () => {
    const asked: (() => void)[] = []
    const { url } = await startRelay({
      limits: { connections: 1 },
      authenticate: async ({ name = '' }) => {
        await new Promise<void>((resolve) => asked.push(resolve))
        return { ok: true, user: name }
      },
    })
    const two = [connect(url, 'alice'), connect(url, 'bob')].map((client) => client.then(...inOrOut))
    await expect.poll(() => asked.length).toBe(2)
    for (const answer of asked) answer()
    expect((await Promise.all(two)).sort()).toEqual(['in', 'out'])
  })

  it('are counted by the address that the proxy reports', async () => {
    const { url } = await startRelay({ trustedProxies: 1, limits: { connectionsPerAddress: 1 } })
    await connect(url, 'alice', from('203.0.113.1'))
    await connect(url, 'bob', from('203.0.113.2'))
    // Entries that the client itself added in front are ignored.
    await expect(connect(url, 'carol', from('198.51.100.7, 203.0.113.1'))).rejects.toMatchObject({
      data: { code: 'too-many-connections' },
    })
  })

  it('cannot choose their address without a proxy', async () => {
    const { url } = await startRelay({ limits: { connectionsPerAddress: 1 } })
    await connect(url, 'alice', from('203.0.113.1'))
    await expect(connect(url, 'bob', from('203.0.113.2'))).rejects.toMatchObject({
      data: { code: 'too-many-connections' },
    })
  })

  it('may be attempted only at a limited rate', async () => {
    const { url } = await startRelay({ limits: { handshakesPerAddress: { points: 2, seconds: 60 } } })
    await connect(url, 'alice')
    expect(await refusalOf(url, claim('alice'))).toMatchObject({ code: 'name-taken' })
    expect(await refusalOf(url, claim())).toEqual({
      code: 'too-many-connections',
      problem: expect.stringMatching(
        /^at most 2 tries to connect in 60 s from one address; wait \d+ s$/,
      ) as unknown,
    })
  })

  it('that are refused are closed', async () => {
    const { url } = await startRelay()
    const { tcp } = await rawClient(url, { name: ' not a name' })
    let text = ''
    tcp.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    await once(tcp, 'close')
    expect(text).toContain('invalid-name')
  })
})

describe('a handshake that is never finished', () => {
  const limits = { handshakeMs: 200 }

  it.each([
    ['says nothing', ''],
    ['stops in the headers', 'GET /socket.io/ HTTP/1.1\r\nHost: localhost\r\n'],
    ['makes no claim', upgradeRequest('/socket.io/?EIO=4&transport=websocket')],
  ])('is closed if the client %s', async (_, text) => {
    const { url } = await startRelay({ limits })
    const tcp = openTcp(url)
    tcp.write(text)
    tcp.resume()
    await once(tcp, 'close')
  })
})
