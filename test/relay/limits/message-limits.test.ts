import { describe, expect, it } from 'vitest'
import { logLine } from '../../../server/observing/log.ts'
import type { Receipt } from '../../../src/core/protocol/index.ts'
import {
  ack,
  codeOf,
  connect,
  expectOnlyMessage,
  invite,
  randomId,
  rawClient,
  startRelay,
} from '../support/relay-fixture.ts'

const claim = (name = `user ${randomId()}`) => ({ name, party: randomId(), secret: randomId() })

const from = (address: string) => ({ extraHeaders: { 'x-forwarded-for': address } })

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

  it('of one address are limited, from any sender', async () => {
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

  it('of one IPv6 network are limited, whichever of its addresses sends them', async () => {
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

  it('far beyond the rate end the connection, with the reason in the log and the metrics', async () => {
    const lines: string[] = []
    const { relay, url } = await startRelay({ log: (entry) => lines.push(logLine(entry)) })
    const { tcp, write } = await rawClient(url, claim('mallory'))
    tcp.resume()
    const closed = new Promise((resolve) => tcp.once('close', resolve))
    await expect.poll(() => lines).toEqual(['connected: mallory'])
    // The burst of 200, the 10,000 tolerated refusals, and what both regain in the time that this takes.
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

  it('of a client that sends its largest burst get only receipts, and no disconnection', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    const receipts = await Promise.all(Array.from({ length: 64 * 64 + 128 }, () => alice.send(ack('nobody'))))
    expect(codeOf(receipts.at(-1) as Receipt)).toBe('too-many-messages')
    expect(codeOf(receipts[0] as Receipt)).toBe('unreachable')
    expect(alice.socket.connected).toBe(true)
  })

  it.each([['invitesPerUser'], ['invitesPerAddress']] as const)(
    'that ring have a lower limit (%s)',
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
