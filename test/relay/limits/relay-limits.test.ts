import { EventEmitter, once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Server } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchBacklog } from '../../../server/limits/backlog.ts'
import { addressKey, clientAddress } from '../../../server/limits/client-address.ts'
import { connectionLimits } from '../../../server/limits/connection-limits.ts'
import { memoryLimiter } from '../../../server/limits/limiter.ts'
import { logLine } from '../../../server/observing/log.ts'
import { defaultLimits } from '../../../server/limits/relay-limits.ts'
import type { RelaySocket } from '../../../server/relay-socket.ts'
import type { Receipt } from '../../../src/core/protocol/index.ts'
import {
  ack,
  codeOf,
  connect,
  expectOnlyMessage,
  invite,
  largeOffer,
  openSocket,
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
  it('from one address are limited, and there is room again when one has gone', async () => {
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

  it('are forgotten when all of an address have gone', () => {
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

  it('far beyond that are not even opened', async () => {
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

  it('that are not let in count for themselves, and the oldest of them gives way', async () => {
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

  it('are not too many either where several are let in at once', async () => {
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

  it('are counted by the address that the proxy in front tells', async () => {
    const { url } = await startRelay({ trustedProxies: 1, limits: { connectionsPerAddress: 1 } })
    await connect(url, 'alice', from('203.0.113.1'))
    await connect(url, 'bob', from('203.0.113.2'))
    // What the client itself put in front of it counts for nothing.
    await expect(connect(url, 'carol', from('198.51.100.7, 203.0.113.1'))).rejects.toMatchObject({
      data: { code: 'too-many-connections' },
    })
  })

  it('cannot choose their address where there is no proxy', async () => {
    const { url } = await startRelay({ limits: { connectionsPerAddress: 1 } })
    await connect(url, 'alice', from('203.0.113.1'))
    await expect(connect(url, 'bob', from('203.0.113.2'))).rejects.toMatchObject({
      data: { code: 'too-many-connections' },
    })
  })

  it('may be tried only so often', async () => {
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
  ])('is closed where the client %s', async (_, text) => {
    const { url } = await startRelay({ limits })
    const tcp = openTcp(url)
    tcp.write(text)
    tcp.resume()
    await once(tcp, 'close')
  })
})

describe('messages', () => {
  const limits = { messagesPerUser: { points: 2, seconds: 60 } }

  it('of one user are limited, over all parties, and nobody else is', async () => {
    const { url } = await startRelay({ limits })
    const bob = await connect(url, 'bob')
    const phone = await connect(url, 'alice')
    const laptop = await connect(url, 'alice', { secret: phone.claim.secret })
    expect(await phone.send(ack('bob'))).toEqual({ ok: true })
    expect(await laptop.send(ack('bob'))).toEqual({ ok: true })
    expect(await phone.send(ack('bob'))).toEqual({
      ok: false,
      code: 'too-many-messages',
      problem: expect.stringMatching(/^at most 2 messages in 60 s from one user; wait \d+ s$/) as unknown,
    })
    expect(codeOf(await laptop.send(ack('bob')))).toBe('too-many-messages')
    await expectOnlyMessage(bob, phone)
  })

  it('of one address are limited, whoever sends them', async () => {
    const { url } = await startRelay({
      trustedProxies: 1,
      limits: { messagesPerAddress: { points: 2, seconds: 60 } },
    })
    const [alice, bob] = [
      await connect(url, 'alice', from('203.0.113.1')),
      await connect(url, 'bob', from('203.0.113.1')),
    ]
    const carol = await connect(url, 'carol', from('203.0.113.2'))
    expect([codeOf(await alice.send(ack('carol'))), codeOf(await bob.send(ack('carol')))]).toEqual([
      'ok',
      'ok',
    ])
    expect([codeOf(await alice.send(ack('carol'))), codeOf(await bob.send(ack('carol')))]).toEqual([
      'too-many-messages',
      'too-many-messages',
    ])
    expect(await carol.send(ack('alice'))).toEqual({ ok: true })
  })

  it('of one network of IPv6 are limited, whichever of its addresses they come from', async () => {
    const { url } = await startRelay({
      trustedProxies: 1,
      limits: { messagesPerAddress: { points: 1, seconds: 60 } },
    })
    const [alice, bob, carol] = [
      await connect(url, 'alice', from('2001:db8:0:7::1')),
      await connect(url, 'bob', from('[2001:db8:0:7::2]:443')),
      await connect(url, 'carol', from('2001:db8:0:8::1')),
    ]
    expect(codeOf(await alice.send(ack('carol')))).toBe('ok')
    expect(codeOf(await bob.send(ack('carol')))).toBe('too-many-messages')
    expect(codeOf(await carol.send(ack('alice')))).toBe('ok')
  })

  it('without an acknowledgement count like others', async () => {
    const { relay, url } = await startRelay({ rate: { burst: 3, perSecond: 0 } })
    const [alice] = [await connect(url, 'alice'), await connect(url, 'bob')]
    for (let i = 0; i < 4; i += 1) alice.socket.io.engine.write('2["message",{}]')
    expect(await alice.send(ack('bob'))).toMatchObject({ code: 'too-many-messages' })
    const text = await relay.metrics()
    expect(text).toContain('rxcall_messages_total{type="invalid",outcome="invalid-message"} 3\n')
    expect(text).toContain('rxcall_messages_total{type="invalid",outcome="too-many-messages"} 2\n')
  })

  it('far beyond the rate cost the connection, and the log and the metrics say why', async () => {
    const lines: string[] = []
    const { relay, url } = await startRelay({ log: (entry) => lines.push(logLine(entry)) })
    const { tcp, write } = await rawClient(url, claim('mallory'))
    tcp.resume()
    const closed = new Promise((resolve) => tcp.once('close', resolve))
    await expect.poll(() => lines).toEqual(['connected: mallory'])
    // The burst of 200 and the patience of 10,000, and what both gain in the time that this takes.
    for (let sent = 0; !tcp.destroyed && sent < 1e6; sent += 500) {
      for (let i = 0; i < 500; i += 1) write(i % 2 === 0 ? '42["message",{}]' : '421["message",{}]')
      await new Promise(setImmediate)
    }
    await closed
    expect(lines).toEqual([
      'connected: mallory',
      'cut off, as it sends far too much: mallory',
      'disconnected: mallory',
    ])
    expect(await relay.metrics()).toContain('rxcall_disconnects_total{reason="flood"} 1\n')
    await connect(url, 'mallory')
  })

  it('of as many as a client may have to say at once cost a receipt each, and no more', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    const receipts = await Promise.all(Array.from({ length: 64 * 64 + 128 }, () => alice.send(ack('nobody'))))
    expect(codeOf(receipts.at(-1) as Receipt)).toBe('too-many-messages')
    expect(codeOf(receipts[0] as Receipt)).toBe('unreachable')
    expect(alice.socket.connected).toBe(true)
  })

  it.each([['invitesPerUser'], ['invitesPerAddress']] as const)(
    'that ring are limited further (%s)',
    async (limit) => {
      const { url } = await startRelay({ limits: { [limit]: { points: 1, seconds: 60 } } })
      const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
      expect(codeOf(await alice.send(invite('bob')))).toBe('ok')
      expect(codeOf(await alice.send(invite('bob')))).toBe('too-many-invites')
      expect(codeOf(await alice.send(ack('bob')))).toBe('ok')
      expect(codeOf(await bob.send(invite('alice')))).toBe(
        limit === 'invitesPerUser' ? 'ok' : 'too-many-invites',
      )
    },
  )
})

describe('the counters', () => {
  it('can be those of a store', async () => {
    const made: unknown[] = []
    const keys: string[] = []
    const { url } = await startRelay({
      limiter: (options) => {
        made.push(options)
        return {
          consume(key, points) {
            keys.push(`${options.keyPrefix} ${key} ${points}`)
            return memoryLimiter(options).consume(key, points)
          },
        }
      },
    })
    const [alice] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await alice.send(invite('bob'))
    expect(made).toContainEqual({ keyPrefix: 'rxcall:invites:user', points: 120, duration: 60 })
    // A hundredth of the allowance, and 100 at the most.
    expect(keys).toEqual([
      'rxcall:handshakes:address 127.0.0.1 6',
      'rxcall:messages:address 127.0.0.1 100',
      'rxcall:invites:address 127.0.0.1 12',
      'rxcall:messages:user alice 30',
      'rxcall:invites:user alice 1',
    ])
  })

  it('silence nobody when their store is away, and say so', async () => {
    const lines: string[] = []
    const { url } = await startRelay({
      limiter: () => ({ consume: () => Promise.reject(new Error('the store is away')) }),
      log: (entry) => lines.push(logLine(entry)),
    })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await expectOnlyMessage(alice, bob)
    expect(lines.join('\n')).toContain('the store is away')
  })

  it('keep the order of messages, whichever is counted first', async () => {
    const slowFirst = [50, 0, 0, 0, 0]
    const { url } = await startRelay({
      limiter: (options) => ({
        consume: (key, points) => {
          const counted = memoryLimiter(options).consume(key, points)
          const wait = options.keyPrefix === 'rxcall:messages:user' ? (slowFirst.shift() ?? 0) : 0
          return new Promise((resolve) => setTimeout(() => resolve(counted), wait))
        },
      }),
    })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    const messages = Array.from({ length: 5 }, () => ack('bob'))
    const receipts = await Promise.all(messages.map((message) => alice.send(message)))
    expect(receipts.map(codeOf)).toEqual(Array(5).fill('ok'))
    await expectOnlyMessage(
      alice,
      bob,
      messages.map((message) => ({ ...message, from: alice.self, ageMs: 0 })),
    )
  })

  it('are gone with a limit that is taken away', async () => {
    const limiter = vi.fn(memoryLimiter)
    const none = { points: Infinity, seconds: 1 }
    const { url } = await startRelay({ limiter, limits: { messagesPerUser: none, messagesPerAddress: none } })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await expectOnlyMessage(alice, bob)
    expect(limiter.mock.calls.map(([{ keyPrefix }]) => keyPrefix)).not.toContain('rxcall:messages:user')
  })
})

describe('a client that does not read', () => {
  it('gets no more messages than fit the bytes that may wait for it', async () => {
    const { url } = await startRelay({
      rate: { burst: 10_000, perSecond: 0 },
      limits: { backlogBytes: 200_000, bytesPerSecond: Infinity },
    })
    const alice = await connect(url, 'alice')
    const { tcp } = await rawClient(url, claim('stalled'))
    await alice.saw(([, change]) => (change as { user?: string }).user === 'stalled')
    tcp.pause()
    let receipt: Receipt = { ok: true }
    // The operating system takes some megabytes before anything waits in the relay.
    for (let sent = 0; receipt.ok && sent < 400; sent += 1) receipt = await alice.send(largeOffer('stalled'))
    expect(receipt).toEqual({
      ok: false,
      code: 'too-many-messages',
      problem: 'the addressee does not keep up',
    })
  })

  it('is cut off after a while, and its name is free', async () => {
    const lines: string[] = []
    const { url } = await startRelay({
      rate: { burst: 10_000, perSecond: 0 },
      limits: { slowMs: 100, backlogBytes: 200_000, bytesPerSecond: Infinity },
      log: (entry) => lines.push(logLine(entry)),
    })
    const alice = await connect(url, 'alice')
    const { tcp } = await rawClient(url, claim('stalled'))
    await alice.saw(([, change]) => (change as { user?: string }).user === 'stalled')
    tcp.pause()
    await expect
      .poll(async () => codeOf(await alice.send(largeOffer('stalled'))), { interval: 0, timeout: 15_000 })
      .toBe('too-many-messages')
    // The relay's own ping comes within 5 s, and finds it stuck.
    await alice.saw(([, change]) => (change as { type?: string }).type === 'left')
    expect(lines).toContain('cut off, as it does not read: stalled')
    await connect(url, 'stalled')
  })

  const watched = ({ writable } = { writable: false }) => {
    const conn = Object.assign(new EventEmitter(), { transport: { writable } })
    const tooSlow = vi.fn()
    const options = { bytes: 100, slowMs: Infinity, tooSlow }
    return { conn, tooSlow, backlog: watchBacklog(conn as unknown as RelaySocket['conn'], options) }
  }

  it('leaves nothing waiting where its transport takes packets at once', () => {
    const { conn, backlog } = watched({ writable: true })
    conn.emit('packetCreate', { data: 'x' })
    expect(backlog.packets).toBe(0)
    conn.transport.writable = false
    conn.emit('packetCreate', { data: 'x' })
    expect(backlog.packets).toBe(1)
  })

  it('is cut off at once where twice as much waits as may', () => {
    const { conn, backlog, tooSlow } = watched()
    const packet = { data: 'x'.repeat(60) }
    conn.emit('packetCreate', packet)
    expect(backlog.packets).toBe(1)
    conn.emit('packetCreate', packet)
    expect(backlog.packets).toBe(500)
    conn.emit('packetCreate', packet)
    expect(tooSlow).not.toHaveBeenCalled()
    conn.emit('packetCreate', packet)
    conn.emit('packetCreate', packet)
    expect(tooSlow).toHaveBeenCalledTimes(1)
  })

  it('is one that leaves something unread, not one that gets much', () => {
    const { conn, backlog, tooSlow } = watched()
    for (let i = 0; i < 100; i += 1) {
      conn.emit('packetCreate', { data: 'x'.repeat(60) })
      conn.emit('flush')
    }
    expect(backlog.packets).toBe(0)
    expect(tooSlow).not.toHaveBeenCalled()
  })
})

describe('the roster', () => {
  it('is that of the own room, and messages go to any', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice', { room: 'blue' })
    const bob = await connect(url, 'bob', { room: 'blue' })
    const carol = await connect(url, 'carol', { room: 'red' })
    const dave = await connect(url, 'dave')
    await expectOnlyMessage(alice, carol)
    await expectOnlyMessage(dave, alice)
    bob.socket.disconnect()
    await alice.saw(([, change]) => (change as { type?: string }).type === 'left')
    expect(alice.changes).toEqual([
      { type: 'all', users: [] },
      { type: 'joined', user: 'bob' },
      { type: 'left', user: 'bob' },
    ])
    expect(bob.changes).toEqual([{ type: 'all', users: ['alice'] }])
    for (const alone of [carol, dave]) expect(alone.changes).toEqual([{ type: 'all', users: [] }])
  })

  it('refuses a room that is no name', async () => {
    const { url } = await startRelay()
    for (const room of ['', 'a\nb', 'x'.repeat(65), 7, null])
      expect(await refusalOf(url, { ...claim(), room })).toMatchObject({ code: 'invalid-claim' })
  })

  it('lists only so many, and the next one when one of them goes', async () => {
    const { url } = await startRelay({ limits: { rosterUsers: 2 } })
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    const carol = await connect(url, 'carol')
    expect(carol.changes).toEqual([{ type: 'all', users: ['alice', 'bob'] }])
    await expectOnlyMessage(alice, carol)
    bob.socket.disconnect()
    const next = {
      type: 'changes',
      list: [
        { type: 'left', user: 'bob' },
        { type: 'joined', user: 'carol' },
      ],
    }
    await carol.saw(([, change]) => (change as { type?: string }).type === 'changes')
    expect(carol.changes.slice(1)).toEqual([next])
    expect(alice.changes.slice(1)).toEqual([{ type: 'joined', user: 'bob' }, next])
  })

  it('tells changes that come close together at once, each client from where it came in', async () => {
    const { url } = await startRelay({ limits: { rosterBatchMs: 300 } })
    const alice = await connect(url, 'alice')
    const others = await Promise.all(['b', 'c', 'd'].map((name) => connect(url, name)))
    await alice.saw(([, change]) => (change as { type?: string }).type === 'changes')
    const [all, changes, ...more] = alice.changes
    expect([all, more]).toEqual([{ type: 'all', users: [] }, []])
    expect(changes?.type === 'changes' && changes.list.map(({ user }) => user).sort()).toEqual([
      'b',
      'c',
      'd',
    ])
    for (const other of others) expect(other.changes).toHaveLength(1)
    const [b] = others
    expect(b?.changes[0]?.type === 'all' && [...b.changes[0].users].sort()).toEqual(['alice', 'c', 'd'])
  })

  it('takes no notice of somebody who is back at once', async () => {
    const { url } = await startRelay({ limits: { rosterBatchMs: 2000 } })
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    const before = connect(url, 'carol')
    bob.socket.disconnect()
    await bob.gone
    const socket = openSocket(url, bob.claim)
    await new Promise((resolve) => socket.once('roster', resolve))
    await before
    await alice.saw(([, change]) => JSON.stringify(change).includes('carol'))
    expect(alice.changes).toEqual([
      { type: 'all', users: [] },
      { type: 'joined', user: 'bob' },
      { type: 'joined', user: 'carol' },
    ])
  })
})

describe('the address of a client', () => {
  const request = (remoteAddress: string | undefined, forwarded?: string | string[]) =>
    ({
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress },
    }) as Parameters<typeof clientAddress>[0]

  it.each([
    ['192.0.2.1', undefined, 0, '192.0.2.1'],
    ['192.0.2.1', '203.0.113.1', 0, '192.0.2.1'],
    ['192.0.2.1', '203.0.113.1', 1, '203.0.113.1'],
    ['192.0.2.1', 'forged, 203.0.113.1', 1, '203.0.113.1'],
    ['192.0.2.1', '203.0.113.1, 198.51.100.2', 2, '203.0.113.1'],
    ['192.0.2.1', ['forged', '203.0.113.1'], 1, '203.0.113.1'],
    ['192.0.2.1', undefined, 1, '192.0.2.1'],
    ['192.0.2.1', '', 1, '192.0.2.1'],
    ['192.0.2.1', '203.0.113.1', 2, '192.0.2.1'],
    ['::ffff:192.0.2.1', undefined, 0, '192.0.2.1'],
    [undefined, undefined, 0, ''],
    ['192.0.2.1', '203.0.113.1:1001', 1, '203.0.113.1'],
    ['192.0.2.1', '2001:db8::1', 1, '2001:db8::1'],
    ['192.0.2.1', '[2001:db8::1]', 1, '2001:db8::1'],
    ['192.0.2.1', '[2001:db8::1]:1001', 1, '2001:db8::1'],
    ['192.0.2.1', '[::ffff:203.0.113.1]:1001', 1, '203.0.113.1'],
  ])('%s, behind %j, with %i proxies: %s', (remote, forwarded, proxies, address) => {
    expect(clientAddress(request(remote, forwarded), proxies)).toBe(address)
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})
