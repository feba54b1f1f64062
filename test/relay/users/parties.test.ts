import { describe, expect, it } from 'vitest'
import { MAX_PARTIES } from '../../../server/users/held-names.ts'
import type { RosterChange } from '../../../src/core/protocol/index.ts'
import {
  connect,
  delivered,
  expectOnlyMessage,
  invite,
  openSocket,
  randomId,
  refusalOf,
  startRelay,
  type TestClient,
} from '../support/relay-fixture.ts'

/** Alice on two devices, and bob. */
async function aliceTwice() {
  const { url } = await startRelay()
  const bob = await connect(url, 'bob')
  const phone = await connect(url, 'alice')
  const laptop = await connect(url, 'alice', { secret: phone.claim.secret })
  return { url, bob, phone, laptop }
}

const aliceJoined: RosterChange[] = [
  { type: 'all', users: [] },
  { type: 'joined', user: 'alice' },
]
const left = (client: TestClient) => client.saw(([, change]) => (change as { type?: string }).type === 'left')

describe('two parties of one user', () => {
  it('are online at once, as one user', async () => {
    const { url, bob, phone, laptop } = await aliceTwice()
    expect(laptop.seen).toEqual([
      ['welcome', { user: 'alice', party: laptop.claim.party }],
      ['roster', { type: 'all', users: ['bob'] }],
    ])
    const carol = await connect(url, 'carol')
    expect(carol.changes).toEqual([{ type: 'all', users: ['bob', 'alice'] }])
    await expectOnlyMessage(carol, bob)
    expect(bob.changes).toEqual([...aliceJoined, { type: 'joined', user: 'carol' }])
    expect(phone.socket.connected && laptop.socket.connected).toBe(true)
  })

  it('both get messages to their user', async () => {
    const { bob, phone, laptop } = await aliceTwice()
    const toAlice = invite('alice')
    expect(await bob.send(toAlice)).toEqual({ ok: true })
    const fence = invite('alice')
    expect(await bob.send(fence)).toEqual({ ok: true })
    for (const party of [phone, laptop]) {
      await party.saw(([, message]) => (message as { callId?: string }).callId === fence.callId)
      expect(party.messages).toEqual([toAlice, fence].map((message) => delivered(message, bob.self)))
    }
  })

  it('get messages to one party separately', async () => {
    const { bob, phone, laptop } = await aliceTwice()
    const toPhone = invite('alice', phone.self.party)
    const toLaptop = invite('alice', laptop.self.party)
    expect(await bob.send(toPhone)).toEqual({ ok: true })
    expect(await bob.send(toLaptop)).toEqual({ ok: true })
    const fence = invite('alice')
    expect(await bob.send(fence)).toEqual({ ok: true })
    for (const [party, message] of [
      [phone, toPhone],
      [laptop, toLaptop],
    ] as const) {
      await party.saw(([, seen]) => (seen as { callId?: string }).callId === fence.callId)
      expect(party.messages).toEqual([delivered(message, bob.self), delivered(fence, bob.self)])
    }
  })

  it('can be distinguished by their addressees, and reach each other', async () => {
    const { bob, phone, laptop } = await aliceTwice()
    const [one, other] = [invite('bob'), invite('bob')]
    expect(await phone.send(one)).toEqual({ ok: true })
    expect(await laptop.send(other)).toEqual({ ok: true })
    // A message to the sender's own user goes to the other party, and never back to the sender.
    await expectOnlyMessage(phone, laptop)
    await expectOnlyMessage(laptop, phone)
    expect(bob.messages).toEqual([delivered(one, phone.self), delivered(other, laptop.self)])
  })

  it('join and leave unnoticed by others, until the last one leaves', async () => {
    const { url, bob, phone, laptop } = await aliceTwice()
    phone.socket.disconnect()
    await phone.gone
    await expectOnlyMessage(bob, laptop)
    expect(await bob.send(invite('alice', phone.self.party))).toMatchObject({ code: 'unreachable' })
    expect(await refusalOf(url, { ...phone.claim, secret: randomId() })).toMatchObject({ code: 'name-taken' })
    expect(bob.changes).toEqual(aliceJoined)
    laptop.socket.io.engine.close()
    await left(bob)
    expect(bob.changes).toEqual([...aliceJoined, { type: 'left', user: 'alice' }])
    await connect(url, 'alice')
  })
})

describe('a party that connects again', () => {
  it('replaces its older connection, unnoticed by others; other parties stay', async () => {
    const { url, bob, phone, laptop } = await aliceTwice()
    const again = await connect(url, 'alice', phone.claim)
    // The client library does not reconnect by itself after this reason.
    expect(await phone.gone).toBe('io server disconnect')
    const toPhone = invite('alice', phone.self.party)
    expect(await bob.send(toPhone)).toEqual({ ok: true })
    await expectOnlyMessage(bob, again, [delivered(toPhone, bob.self)])
    expect(phone.messages).toEqual([])
    expect(laptop.messages).toHaveLength(1)
    expect(laptop.socket.connected).toBe(true)
    expect(bob.changes).toEqual(aliceJoined)
    expect(await refusalOf(url, { ...phone.claim, secret: randomId() })).toMatchObject({ code: 'name-taken' })
  })

  it('keeps one of many simultaneous connections', async () => {
    const { url, bob, phone, laptop } = await aliceTwice()
    const rivals = Array.from({ length: 20 }, () => openSocket(url, phone.claim))
    const goneRivals = rivals.map((socket) => new Promise((resolve) => socket.once('disconnect', resolve)))
    await Promise.all(
      rivals.map((socket) => new Promise<void>((resolve) => socket.once('roster', () => resolve()))),
    )
    const last = await connect(url, 'alice', phone.claim)
    expect(new Set(await Promise.all(goneRivals))).toEqual(new Set(['io server disconnect']))
    await expectOnlyMessage(bob, last)
    await expectOnlyMessage(laptop, last, last.messages)
    expect(bob.changes).toEqual(aliceJoined)
    last.socket.disconnect()
    laptop.socket.disconnect()
    await left(bob)
    await connect(url, 'alice')
  })

  it('is never offline in between, however its connections overlap', async () => {
    const { url, bob, phone } = await aliceTwice()
    let current = phone
    for (let i = 0; i < 10; i += 1) {
      const next = connect(url, 'alice', phone.claim)
      // Before, after, or while the relay takes the next one.
      if (i % 3 === 0) current.socket.disconnect()
      if (i % 3 === 1) current.socket.io.engine.close()
      const old = current
      current = await next
      await old.gone
    }
    await expectOnlyMessage(bob, current)
    expect(bob.changes).toEqual(aliceJoined)
  })

  it("does not replace another user's party with the same id", async () => {
    const { url, bob, phone, laptop } = await aliceTwice()
    const mallory = await connect(url, 'mallory', { party: phone.self.party })
    expect(await refusalOf(url, { ...phone.claim, secret: randomId() })).toMatchObject({ code: 'name-taken' })
    await expectOnlyMessage(mallory, phone)
    expect(laptop.socket.connected).toBe(true)
    await expectOnlyMessage(bob, mallory)
  })
})

it('refuses one party too many, until another one leaves', async () => {
  const { url } = await startRelay()
  const bob = await connect(url, 'bob')
  const first = await connect(url, 'alice')
  const { secret } = first.claim
  const others = await Promise.all(
    Array.from({ length: MAX_PARTIES - 1 }, () => connect(url, 'alice', { secret })),
  )
  expect(await refusalOf(url, { ...first.claim, party: randomId() })).toEqual({
    code: 'too-many-parties',
    problem: 'at most 16 parties of one user are connected at once',
  })
  const again = await connect(url, 'alice', first.claim)
  await expectOnlyMessage(bob, again)

  const goes = others[0] as TestClient
  goes.socket.disconnect()
  await expect
    .poll(() => bob.send(invite('alice', goes.self.party)), { interval: 5 })
    .toMatchObject({ code: 'unreachable' })
  await connect(url, 'alice', { secret })
  expect(bob.changes).toEqual(aliceJoined)
})

it('pings often enough to notice a vanished client within 10 s', async () => {
  const { url } = await startRelay()
  const opened = await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text()
  const { pingInterval, pingTimeout } = JSON.parse(opened.slice(1)) as Record<string, number>
  expect(Number(pingInterval) + Number(pingTimeout)).toBeLessThanOrEqual(10_000)
})
