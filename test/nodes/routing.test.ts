import { beforeAll, expect, it } from 'vitest'
import type { Receipt } from '../../src/core/protocol/index.ts'
import {
  connect,
  delivered,
  expectOnlyMessage,
  invite,
  largeOffer,
  randomId,
  rawClient,
  type TestClient,
} from '../relay/support/relay-fixture.ts'
import { startRedis, type RedisServer } from './support/redis-server.ts'
import { startJoined, threeRelays } from './support/three-relays.ts'

const unreachable = { ok: false, code: 'unreachable', problem: 'nobody of that name is connected' }

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})

const sawUser = (client: TestClient, user: string) =>
  client.saw(([, change]) => {
    const { users, user: one } = change as { users?: string[]; user?: string }
    return one === user || users?.includes(user) === true
  })

/** Alice on the first node, Bob with two parties on the second and the third, Carol on the third. */
async function apart() {
  const [a, b, c] = await threeRelays(redis)
  const [alice, phone, carol] = await Promise.all([
    connect(a.url, 'alice'),
    connect(b.url, 'bob'),
    connect(c.url, 'carol'),
  ])
  const laptop = await connect(c.url, 'bob', { secret: phone.claim.secret })
  for (const [client, others] of [
    [alice, ['bob', 'carol']],
    [phone, ['alice', 'carol']],
    [laptop, ['alice', 'carol']],
    [carol, ['alice', 'bob']],
  ] as const)
    for (const other of others) await sawUser(client, other)
  // A second party of a user shows in nobody's roster.
  await expect.poll(() => alice.send(invite('bob', laptop.self.party))).toEqual({ ok: true })
  await laptop.saw(([event]) => event === 'message')
  return { a, b, c, alice, phone, laptop, carol }
}

it('shows every user of every node in the roster of all', async () => {
  const { alice, carol, b } = await apart()
  const dave = await connect(b.url, 'dave')
  expect(new Set(dave.changes[0]?.type === 'all' ? dave.changes[0].users : [])).toEqual(
    new Set(['alice', 'bob', 'carol']),
  )
  await sawUser(alice, 'dave')
  await sawUser(carol, 'dave')
  dave.socket.disconnect()
  for (const client of [alice, carol])
    await client.saw(([, change]) => JSON.stringify(change) === '{"type":"left","user":"dave"}')
})

it('shows the users of a room to those of the same room, on every node', async () => {
  const [a, b] = await threeRelays(redis)
  const alice = await connect(a.url, 'alice', { room: 'club' })
  const outsider = await connect(a.url, 'outsider')
  const bob = await connect(b.url, 'bob', { room: 'club' })
  await sawUser(alice, 'bob')
  const carol = await connect(b.url, 'carol')
  await sawUser(outsider, 'carol')
  expect(alice.changes).toEqual([
    { type: 'all', users: [] },
    { type: 'joined', user: 'bob' },
  ])
  expect(outsider.changes).toEqual([
    { type: 'all', users: [] },
    { type: 'joined', user: 'carol' },
  ])
  await expect.poll(() => carol.send(invite('alice'))).toEqual({ ok: true })
  expect(await bob.send(invite('outsider'))).toEqual({ ok: true })
})

it('delivers only to the addressee on any node, in order, stamped with the sender', async () => {
  const { alice, phone, laptop, carol } = await apart()
  const sent = Array.from({ length: 50 }, () => invite('bob', phone.self.party))
  const receipts = await Promise.all(sent.map((message) => alice.send(message)))
  expect(receipts).toEqual(sent.map(() => ({ ok: true })))
  await expectOnlyMessage(
    alice,
    phone,
    sent.map((message) => delivered(message, alice.self)),
  )
  const [toLaptop] = laptop.messages
  await expectOnlyMessage(phone, carol)
  await phone.saw(([event]) => event === 'message')
  // A message to the user goes to each party on each node, once, as expectOnlyMessage above shows.
  await laptop.saw(([, message]) => (message as { callId?: string }).callId === phone.messages.at(-1)?.callId)
  expect(laptop.messages).toEqual([toLaptop, phone.messages.at(-1)])
  expect(alice.messages).toEqual([])
})

it("delivers messages to the sender's own user only to other parties", async () => {
  const { phone, laptop } = await apart()
  const before = laptop.messages.length
  const message = invite('bob')
  expect(await phone.send(message)).toEqual({ ok: true })
  await laptop.saw(([, seen]) => (seen as { callId?: string }).callId === message.callId)
  expect(laptop.messages.slice(before)).toEqual([delivered(message, phone.self)])
  expect(phone.messages).toEqual([])
})

it('refuses long polling, because each poll may reach another node', async () => {
  const messages: string[] = []
  const { url } = await startJoined({
    redis: { url: redis.url, prefix: randomId() },
    log: (entry) => entry.event === 'refused' && messages.push(entry.code),
  })
  const open = (transports: string) => fetch(`${url}/socket.io/?EIO=4&${transports}`)
  for (const transports of [
    'transport=polling',
    'transport=websocket&transport=polling',
    'transport=polling&transport=polling',
  ]) {
    const answer = await open(transports)
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({
      message: expect.stringMatching(/^websocket-only/) as unknown,
    })
  }
  expect(messages).toEqual(['websocket-only', 'websocket-only', 'websocket-only'])
  await connect(url, 'alice', { transports: ['websocket'] })
})

it('announces the features that its node knows, and forwards those of clients to any node', async () => {
  const prefix = randomId()
  const start = (features?: string[]) => startJoined({ redis: { url: redis.url, prefix } }, features)
  const [upgraded, old] = await Promise.all([start(['captions']), start()])
  const [alice, bob] = [await connect(upgraded.url, 'alice'), await connect(old.url, 'bob')]
  expect(alice.seen[0]).toEqual(['welcome', { ...alice.self, features: ['captions'] }])
  expect(bob.seen[0]).toEqual(['welcome', bob.self])
  const asking = invite('bob', undefined, ['captions', 'unheard-of'])
  await expect.poll(() => alice.send(asking)).toEqual({ ok: true })
  await bob.saw(([event]) => event === 'message')
  expect(bob.messages[0]).toEqual(delivered(asking, alice.self))
})

it('answers unreachable like a single relay', async () => {
  const { alice, phone, laptop, carol } = await apart()
  expect(await alice.send(invite('nobody'))).toEqual(unreachable)
  expect(await alice.send(invite('bob', randomId()))).toEqual(unreachable)
  expect(await alice.send(invite('bob', carol.self.party))).toEqual(unreachable)
  expect(await alice.send(invite('BOB'))).toEqual(unreachable)
  phone.socket.disconnect()
  await expect.poll(() => alice.send(invite('bob', phone.self.party))).toEqual(unreachable)
  expect(await alice.send(invite('bob'))).toEqual({ ok: true })
  laptop.socket.disconnect()
  await alice.saw(([, change]) => JSON.stringify(change) === '{"type":"left","user":"bob"}')
  expect(await alice.send(invite('bob'))).toEqual(unreachable)
})

it('answers too-many-messages for a slow client on another node, and bounds its backlog', async () => {
  const [a, b] = await threeRelays(redis)
  const alice = await connect(a.url, 'alice')
  const bob = await connect(b.url, 'bob')

  const { tcp: stalled } = await rawClient(b.url, { name: 'stalled', party: randomId(), secret: randomId() })
  await sawUser(alice, 'stalled')
  stalled.pause()

  const offer = largeOffer('stalled')
  const fromMany = async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, (_, i) => connect(a.url, `sender ${i}`)))
    for (;;)
      for (const client of clients) {
        const receipt: Receipt = await client.send(offer)
        if (!receipt.ok && receipt.problem === 'the addressee does not keep up') return receipt
      }
  }
  expect(await fromMany()).toMatchObject({ code: 'too-many-messages' })
  await expectOnlyMessage(alice, bob)
  stalled.resume()
  await expect.poll(() => alice.send(invite('stalled')), { timeout: 10_000 }).toEqual({ ok: true })
})
