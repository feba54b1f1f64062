import { expect, it } from 'vitest'
import { MAX_BACKLOG } from '../../../server/limits/backlog.ts'
import type { Receipt } from '../../../src/core/protocol/index.ts'
import {
  connect,
  expectOnlyMessage,
  invite,
  largeOffer,
  randomId,
  rawClient,
  startRelay,
} from '../support/relay-fixture.ts'

it('limits each connection separately', async () => {
  const { url } = await startRelay({ rate: { burst: 2, perSecond: 0 } })
  const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
  const receipts = [
    await alice.send(invite('bob')),
    await alice.send(invite('bob')),
    await alice.send(invite('bob')),
  ]
  expect(receipts).toEqual([
    { ok: true },
    { ok: true },
    { ok: false, code: 'too-many-messages', problem: 'at most 2 messages at once and 0 a second' },
  ])
  await expectOnlyMessage(bob, alice)
})

it('keeps a bounded backlog for a client that does not read, without affecting others', async () => {
  const { url } = await startRelay({
    rate: { burst: 10_000, perSecond: 0 },
    limits: { backlogBytes: Infinity, bytesPerSecond: Infinity },
  })
  const alice = await connect(url, 'alice')
  const [bob, carol] = [await connect(url, 'bob'), await connect(url, 'carol')]

  const stalledClaim = { name: 'stalled', party: randomId(), secret: randomId() }
  const { tcp: stalled } = await rawClient(url, stalledClaim)
  await alice.saw(([, change]) => (change as { user?: string }).user === 'stalled')
  stalled.pause()

  const offer = largeOffer('stalled')
  // The operating system takes some megabytes before anything waits in the relay.
  const most = MAX_BACKLOG + 600
  let sent = 0
  let receipt: Receipt = { ok: true }
  while (receipt.ok && sent < most) {
    receipt = await alice.send(offer)
    sent += 1
  }
  expect(receipt).toEqual({ ok: false, code: 'too-many-messages', problem: 'the addressee does not keep up' })
  expect(sent).toBeGreaterThan(MAX_BACKLOG)
  await expectOnlyMessage(bob, carol)
  await expectOnlyMessage(alice, bob)

  const otherParty = await connect(url, 'stalled', { secret: stalledClaim.secret })
  await expectOnlyMessage(alice, otherParty)
  expect(await alice.send(invite('stalled', stalledClaim.party))).toMatchObject({ code: 'too-many-messages' })

  // Messages that skipped the slow client are not queued for it.
  const leftOut = otherParty.messages[0]?.callId ?? ''
  const last = invite('stalled', stalledClaim.party)
  const arrived = new Set<string>()
  let tail = ''
  stalled.on('data', (chunk: Buffer) => {
    tail = tail.slice(-100) + chunk.toString('latin1')
    for (const id of [leftOut, last.callId]) if (tail.includes(id)) arrived.add(id)
  })
  stalled.resume()
  await expect.poll(() => alice.send(last), { timeout: 5000 }).toEqual({ ok: true })
  await expect.poll(() => [...arrived], { timeout: 5000 }).toContain(last.callId)
  expect([...arrived]).toEqual([last.callId])
})
