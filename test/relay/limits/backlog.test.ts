import { EventEmitter } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { watchBacklog } from '../../../server/limits/backlog.ts'
import { logLine } from '../../../server/observing/log.ts'
import type { RelaySocket } from '../../../server/relay-socket.ts'
import type { Receipt } from '../../../src/core/protocol/index.ts'
import { codeOf, connect, largeOffer, randomId, rawClient, startRelay } from '../support/relay-fixture.ts'

const claim = (name = `user ${randomId()}`) => ({ name, party: randomId(), secret: randomId() })

describe('a client that does not read', () => {
  it('gets only the messages that fit into its backlog', async () => {
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

  it('is disconnected after a while, and its name is free', async () => {
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

  it('has no backlog when its transport accepts packets at once', () => {
    const { conn, backlog } = watched({ writable: true })
    conn.emit('packetCreate', { data: 'x' })
    expect(backlog.packets).toBe(0)
    conn.transport.writable = false
    conn.emit('packetCreate', { data: 'x' })
    expect(backlog.packets).toBe(1)
  })

  it('is disconnected at once when its backlog is twice the limit', () => {
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

  it('is judged by unread packets, not by the number of packets', () => {
    const { conn, backlog, tooSlow } = watched()
    for (let i = 0; i < 100; i += 1) {
      conn.emit('packetCreate', { data: 'x'.repeat(60) })
      conn.emit('flush')
    }
    expect(backlog.packets).toBe(0)
    expect(tooSlow).not.toHaveBeenCalled()
  })
})
