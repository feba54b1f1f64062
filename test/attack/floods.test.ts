import { describe, expect, it } from 'vitest'
import { codeOf, connect, largeOffer, randomId } from '../relay/support/relay-fixture.ts'
import * as floods from './support/flood-attacks.ts'
import { startVictim } from './support/start-victim.ts'
import { openTarget } from './support/target.ts'

// Each flood attacks a relay in a separate process, and may cost only this much.

const MB = 1024 * 1024

/** The bytes that the relay accepts in a burst. The buffers of both systems add some before it cuts a connection. */
const SENT = 8 * MB

/**
 * By how much the process may grow, including garbage. For one connection it holds at most twice `backlogBytes` (4 MiB)
 * of unread data. It also holds the burst of the client (1 MiB) and one incomplete packet (96 KiB).
 */
const GROWTH = 48 * MB

/** Milliseconds of CPU for a flood: a few for each connection, and the cost of the test itself. */
const CPU = 1000

describe.each(floods.moments)('a connection %s', (when) => {
  it('is cut when it sends without end, and costs little until then', async () => {
    const { url, cost, unharmed } = await startVictim()
    for (const [what, packet] of Object.entries(floods.packets)) {
      expect(await floods.packetFlood(openTarget(url), when, packet), what).toBeLessThan(SENT)
      expect((await cost()).peak, what).toBeLessThan(GROWTH)
    }
    await unharmed()
  })
})

it('claims with thousands of keys are cut before they are parsed', async () => {
  const { url, cost, unharmed } = await startVictim()
  const before = await cost()
  for (let i = 0; i < 10; i += 1) expect(await floods.crowdedClaims(openTarget(url))).toBeLessThan(SENT)
  const after = await cost()
  expect(after.peak).toBeLessThan(GROWTH)
  expect(after.cpuMs - before.cpuMs).toBeLessThan(CPU)
  await unharmed()
})

it('deeply nested messages cost at most the bytes that a connection may send', async () => {
  const { url, cost, unharmed } = await startVictim()
  const before = await cost()
  for (let i = 0; i < 3; i += 1) expect(await floods.deepMessages(openTarget(url))).toBeLessThan(SENT)
  const after = await cost()
  expect(after.peak).toBeLessThan(GROWTH)
  expect(after.cpuMs - before.cpuMs).toBeLessThan(3 * CPU)
  await unharmed()
})

it('a WebSocket that keeps probing to replace long polling is cut', async () => {
  const { url, cost, unharmed } = await startVictim({ handshakeMs: 3000 })
  expect(await floods.probeFlood(openTarget(url))).toBeLessThan(SENT)
  expect((await cost()).peak).toBeLessThan(GROWTH)
  await unharmed()
})

it('unexpected WebSockets are not held open while they close', async () => {
  const { url, unharmed } = await startVictim({ handshakeMs: 3000 })
  const since = performance.now()
  await floods.rivalUpgrades(openTarget(url), 50)
  // One of them may try until the connection has to be let in; ws would give each of the others 30 s.
  expect(performance.now() - since).toBeLessThan(15_000)
  await unharmed()
})

it('a client that upgraded to a WebSocket and does not read is cut, and its backlog is released', async () => {
  const { url, cost, unharmed } = await startVictim(
    { backlogBytes: 256 * 1024, bytesPerSecond: 1e12, slowMs: 1000 },
    { rate: { burst: 1e6, perSecond: 1e6 } },
  )
  const { tcp } = await floods.deafUpgrade(openTarget(url))
  const erin = await connect(url, 'erin')
  const offer = largeOffer('deaf')
  const send = async () => {
    return codeOf(await erin.send({ ...offer, callId: randomId() }))
  }
  await expect.poll(send, { interval: 0, timeout: 15_000 }).toBe('too-many-messages')
  // The relay's next ping finds it stuck for longer than it may be.
  await expect.poll(send, { interval: 200, timeout: 20_000 }).toBe('unreachable')
  expect((await cost()).peak).toBeLessThan(GROWTH)
  erin.socket.disconnect()
  // Although its own side is still open.
  await unharmed()
  expect(tcp.destroyed).toBe(false)
})
